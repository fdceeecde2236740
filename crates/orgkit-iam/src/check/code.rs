//! Every kind of finding: code, severity, meaning, help, source. One table; the documentation and the rules of SARIF are made from it.

use super::finding::Severity;

macro_rules! codes {
    ($(#[doc = $meaning:literal] $variant:ident $name:literal $severity:ident $help:literal $source:literal;)+) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $meaning] $variant,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            const fn rule(self) -> Rule {
                match self {
                    $(Self::$variant => Rule { name: $name, severity: Severity::$severity, meaning: $meaning, help: $help, source: $source },)+
                }
            }
        }
    };
}

struct Rule {
    name: &'static str,
    severity: Severity,
    meaning: &'static str,
    help: &'static str,
    source: &'static str,
}

impl Code {
    /// Its stable name, in kebab case.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// How bad it usually is; a finding may say otherwise.
    pub fn severity(self) -> Severity {
        self.rule().severity
    }

    /// What it means, in one sentence.
    pub fn meaning(self) -> &'static str {
        self.rule().meaning.trim()
    }

    /// What to do about it, as a rule.
    pub fn help(self) -> &'static str {
        self.rule().help
    }

    /// The page of AWS's documentation that it rests on, as guide and page.
    pub fn source(self) -> &'static str {
        self.rule().source
    }
}

codes! {
    // The text and its structure.
    /// The text is not JSON, or longer than any policy may be.
    InvalidJson "invalid-json" Error "policies are strict JSON: no comments, no trailing commas" "IAM User Guide, reference_policies_grammar";
    /// A key stands twice in one object.
    DuplicateKey "duplicate-key" Error "merge the two, or remove one: AWS refuses the document, other JSON readers keep the last one silently" "IAM User Guide, reference_policies_grammar";
    /// The grammar has no such element.
    UnknownElement "unknown-element" Error "element names are case-sensitive; `Sid` is the place for a comment" "IAM User Guide, reference_policies_grammar";
    /// An element that every document of this type needs is missing.
    MissingElement "missing-element" Error "add the element" "IAM User Guide, reference_policies_grammar";
    /// Two elements exclude each other.
    ConflictingElements "conflicting-elements" Error "keep one of them, or split the statement" "IAM User Guide, reference_policies_grammar";
    /// A value is of the wrong kind.
    WrongType "wrong-type" Error "the grammar takes strings, or lists of strings, here" "IAM User Guide, reference_policies_grammar";
    /// A value is none that the grammar has.
    InvalidValue "invalid-value" Error "use one of the values that the grammar has" "IAM User Guide, reference_policies_grammar";
    /// The document has a character that this type of policy may not contain.
    InvalidCharacter "invalid-character" Error "write it as a JSON escape, such as \\u2013, or leave it out" "IAM User Guide, reference_iam-quotas";
    /// An element does not belong into this type of policy.
    ElementNotAllowed "element-not-allowed" Error "remove the element, or check the document as the type that it is (`--type`)" "IAM User Guide, reference_policies_elements";
    /// A list or an object is empty.
    EmptyList "empty-list" Warning "remove the element, or say what it is for: an empty list matches nothing" "IAM User Guide, access-analyzer-reference-policy-checks";

    // Size and number.
    /// The document is larger than AWS takes.
    TooLarge "too-large" Error "`orgkit policy minify` shortens a policy without changing what it means" "AWS Organizations User Guide, orgs_reference_limits";
    /// The document is larger than the usual form of this policy takes, and fits another.
    AboveDefault "above-default" Warning "shorten it, or use the form that it fits" "IAM User Guide, reference_iam-quotas";
    /// The document fits only without its white space.
    WhiteSpace "white-space" Warning "save it without white space: the console strips it, the API counts it" "AWS Organizations User Guide, orgs_reference_limits";
    /// The document fits counted in characters and does not fit counted in bytes.
    CountedInBytes "counted-in-bytes" Warning "AWS's pages have said characters and bytes at different times; without characters beyond ASCII both are the same" "AWS Organizations User Guide, orgs_reference_limits";
    /// The document is nearly as large as AWS takes.
    NearlyFull "nearly-full" Note "`orgkit policy minify` makes room" "AWS Organizations User Guide, orgs_reference_limits";
    /// There are more statements, actions or principals than the service takes.
    TooMany "too-many" Error "split the policy, or use wildcards" "Amazon SQS Developer Guide, quotas-policies";

    // The document and its statements.
    /// The document has the old version of the language, or none, which means the same.
    OldVersion "old-version" Warning "set `Version` to `2012-10-17`: in the old version policy variables are plain text" "IAM User Guide, reference_policies_elements_version";
    /// A `Sid` has characters that it may not have.
    SidCharacters "sid-characters" Error "letters and digits only" "IAM User Guide, reference_policies_elements_sid";
    /// Two statements have the same `Sid`.
    DuplicateSid "duplicate-sid" Error "a `Sid` is unique within its document" "IAM User Guide, reference_policies_elements_sid";
    /// A resource control policy allows.
    RcpAllow "rcp-allow" Error "only `RCPFullAWSAccess`, which AWS attaches, allows; write a `Deny`" "AWS Organizations User Guide, orgs_manage_policies_rcps_syntax";
    /// The principal of a resource control policy is not `"*"`.
    RcpPrincipal "rcp-principal" Error "write `\"Principal\": \"*\"` and narrow it by a condition, such as on `aws:PrincipalArn`" "AWS Organizations User Guide, orgs_manage_policies_rcps_syntax";
    /// A resource control policy denies the bare action `*`.
    RcpAnyAction "rcp-any-action" Error "name the services, such as `s3:*`" "AWS Organizations User Guide, orgs_manage_policies_rcps_syntax";
    /// A resource control policy names a service whose resources these policies do not reach.
    RcpService "rcp-service" Warning "the list of services grows; this one is not on the list that came with orgkit" "AWS Organizations User Guide, orgs_manage_policies_rcps";
    /// A trust policy has an action that is not about assuming the role.
    TrustAction "trust-action" Error "use `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, `sts:SetSourceIdentity` or `sts:SetContext`" "IAM User Guide, id_roles_terms-and-concepts";
    /// An `Allow` with `NotAction` allows everything else, services to come included.
    AllowNotAction "allow-not-action" Warning "name what is allowed; `NotAction` is for `Deny`" "IAM User Guide, reference_policies_elements_notaction";
    /// An `Allow` with `NotResource` allows it on everything else, resources to come included.
    AllowNotResource "allow-not-resource" Warning "name the resources; `NotResource` is for `Deny`" "IAM User Guide, reference_policies_elements_notresource";
    /// A `NotPrincipal` goes with `Allow`.
    AllowNotPrincipal "allow-not-principal" Error "name the principals, or use `\"*\"` with a condition on `aws:PrincipalArn`" "IAM User Guide, reference_policies_elements_notprincipal";
    /// A `NotPrincipal` goes with `Deny`, which denies every principal that has a permissions boundary.
    DenyNotPrincipal "deny-not-principal" Note "use `\"Principal\": \"*\"` with `ArnNotEquals` on `aws:PrincipalArn`" "IAM User Guide, reference_policies_elements_notprincipal";
    /// A statement allows everybody, without a condition.
    AllowEveryone "allow-everyone" Warning "name the principals, or add a condition such as on `aws:PrincipalOrgID`" "IAM User Guide, reference_policies_elements_principal";
    /// A statement can never match a request.
    NeverMatches "never-matches" Warning "remove the statement, or one of the parts that contradict each other" "IAM User Guide, reference_policies_elements_condition";

    // Actions.
    /// An action has no service prefix.
    ActionPrefix "action-prefix" Error "write `service:Action`, such as `s3:GetObject`; only a bare `*` needs no prefix" "IAM User Guide, reference_policies_elements_action";
    /// An action is empty or has a blank in it, and matches nothing.
    ActionBlank "action-blank" Error "remove the blank" "IAM User Guide, reference_policies_elements_action";
    /// An action has characters that no action has.
    ActionCharacters "action-characters" Warning "actions have letters, digits and wildcards" "IAM User Guide, reference_policies_elements_action";

    // Resources and accounts.
    /// A resource is neither an ARN nor `*`.
    NotAnArn "not-an-arn" Error "write `arn:partition:service:region:account:resource`, or `*`" "IAM User Guide, reference_policies_elements_resource";
    /// An ARN has fewer than six parts and does not end with a wildcard, so it matches nothing.
    IncompleteArn "incomplete-arn" Error "an ARN has six parts: `arn:partition:service:region:account:resource`; empty ones keep their colons" "IAM User Guide, reference_arns";
    /// The service of an ARN has a wildcard.
    ArnService "arn-service" Error "name the service; wildcards may stand in the other parts" "IAM User Guide, reference_policies_elements_resource";
    /// An account id is not twelve digits.
    AccountId "account-id" Error "account ids have twelve digits; keep leading zeros and write them as strings" "IAM User Guide, reference_policies_elements_principal";

    // Principals.
    /// A principal has a wildcard within it.
    PrincipalWildcard "principal-wildcard" Error "principals take no wildcards but a bare `*`: use `\"*\"` with `ArnLike` on `aws:PrincipalArn`" "IAM User Guide, reference_policies_elements_principal";
    /// A principal is of no form that AWS knows.
    InvalidPrincipal "invalid-principal" Error "use an account id, an ARN, or `*`; services are `name.amazonaws.com` under `Service`" "IAM User Guide, reference_policies_elements_principal";
    /// A principal is a unique id: it was deleted.
    DeletedPrincipal "deleted-principal" Warning "AWS shows the id where the user or role is gone; a new one of the same name is not meant by it" "IAM User Guide, reference_policies_elements_principal";

    // Conditions.
    /// The language has no such condition operator.
    UnknownOperator "unknown-operator" Error "see the list of condition operators" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A condition operator is spelled in another case than AWS's.
    OperatorCase "operator-case" Warning "spell it as AWS does" "IAM User Guide, reference_policies_elements_condition_operators";
    /// `Null` has no `IfExists` form.
    NullIfExists "null-if-exists" Error "`Null` itself asks whether the key exists: remove `IfExists`" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A condition key has no prefix, or a blank in it.
    ConditionKey "condition-key" Error "write `prefix:Name`, such as `aws:SourceIp`" "IAM User Guide, reference_policies_condition-keys";
    /// A condition key stands twice under one operator, in different case.
    RepeatedKey "repeated-key" Warning "key names know no case: merge the two" "IAM User Guide, reference_policies_elements_condition";
    /// A multivalued key stands without `ForAllValues:` or `ForAnyValue:`, and matches nothing.
    SetOperatorMissing "set-operator-missing" Warning "put `ForAnyValue:` before the operator" "IAM User Guide, reference_policies_condition-single-vs-multi-valued-context-keys";
    /// A set operator stands with a key that has a single value.
    SetOperatorSingle "set-operator-single" Warning "remove it: set operators are for multivalued keys, and `ForAllValues:` is true where the key is missing" "IAM User Guide, reference_policies_condition-single-vs-multi-valued-context-keys";
    /// An `Allow` rests on `ForAllValues:`, which is true where the key is missing.
    ForAllValuesAllow "for-all-values-allow" Warning "add `\"Null\": {\"KEY\": \"false\"}` to the condition" "IAM User Guide, reference_policies_multi-value-conditions";
    /// The operator compares another type than that of the key.
    OperatorType "operator-type" Warning "use an operator of the key's type" "IAM User Guide, reference_policies_condition-keys";
    /// A value is no number.
    InvalidNumber "invalid-number" Error "an integer or a decimal, such as `3600`" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A value is no date.
    InvalidDate "invalid-date" Error "ISO 8601, such as `2026-01-31T00:00:00Z`, or seconds since 1970" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A value is neither `true` nor `false`.
    InvalidBoolean "invalid-boolean" Error "`true` or `false`" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A value is no address and no range of addresses.
    InvalidAddress "invalid-address" Error "CIDR, such as `203.0.113.0/24` or `2001:db8::/32`" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A range of addresses has bits beyond its prefix.
    HostBits "host-bits" Note "they are ignored: write the first address of the range" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A value is not base64.
    InvalidBase64 "invalid-base64" Error "standard base64 with padding" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A value of an ARN operator is no ARN, and matches nothing.
    InvalidArn "invalid-arn" Warning "use a String operator for what is no ARN" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A `*` in a value of an operator that compares literally.
    LiteralWildcard "literal-wildcard" Warning "use the `Like` form, or `${*}` where the star itself is meant" "IAM User Guide, reference_policies_elements_condition_operators";

    // Policy variables.
    /// A policy variable in a document of the old version is plain text.
    VariableOldVersion "variable-old-version" Warning "set `Version` to `2012-10-17`" "IAM User Guide, reference_policies_variables";
    /// A policy variable stands where none works.
    VariableMisplaced "variable-misplaced" Error "variables work in `Resource`, `NotResource` and in String and Arn conditions" "IAM User Guide, reference_policies_variables";
    /// A policy variable stands before the fifth colon of an ARN, where it is plain text.
    VariableBeforeResource "variable-before-resource" Warning "variables work only in the last part of an ARN; use `*` and a condition such as on `aws:ResourceAccount`" "IAM User Guide, reference_policies_variables";
    /// A policy variable stands in an operator that takes none.
    VariableOperator "variable-operator" Error "only String and Arn operators take variables" "IAM User Guide, reference_policies_elements_condition_operators";
    /// A policy variable is not well formed, and is plain text or never has a value.
    VariableForm "variable-form" Warning "write `${prefix:key}` or `${prefix:key, 'default'}`" "IAM User Guide, reference_policies_variables";
    /// A policy variable of a multivalued key never has a value.
    VariableMultivalued "variable-multivalued" Warning "compare the key in a condition with `ForAnyValue:` instead" "IAM User Guide, reference_policies_variables";

    // Management and declarative policies.
    /// The type of policy has no such key at its top.
    PolicyKey "policy-key" Error "see the syntax page of the policy type, or name the type with `--type`" "AWS Organizations User Guide, orgs_manage_policies";
    /// There is no such inheritance operator.
    UnknownInheritance "unknown-inheritance" Error "`@@assign`, `@@append`, `@@remove`, `@@operators_allowed_for_child_policies`" "AWS Organizations User Guide, policy-operators";
    /// A value stands without an inheritance operator.
    BareValue "bare-value" Error "write `{\"@@assign\": …}`" "AWS Organizations User Guide, policy-operators";
    /// `@@append` and `@@remove` are for lists.
    NotAList "not-a-list" Warning "write a list, or use `@@assign`" "AWS Organizations User Guide, policy-operators";
    /// A value-setting operator stands beside settings.
    MixedSetting "mixed-setting" Warning "a value-setting operator stands alone, or beside `@@operators_allowed_for_child_policies`" "AWS Organizations User Guide, policy-operators";
    /// `@@operators_allowed_for_child_policies` does not list operators.
    ChildOperators "child-operators" Error "a list of `@@all`, `@@none`, `@@assign`, `@@append`, `@@remove`" "AWS Organizations User Guide, policy-operators";
    /// A setting lies deeper than this type of policy has any.
    TooDeep "too-deep" Warning "see the syntax page of the policy type" "AWS Organizations User Guide, orgs_manage_policies";
}
