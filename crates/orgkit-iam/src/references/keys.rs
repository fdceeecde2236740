//! The condition keys that carry an identity which a move can change.

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carries {
    /// An organization's id.
    Organization,
    /// A path of organization, root and units.
    Path,
    /// The id of a policy of AWS Organizations.
    Policy,
    /// An account id.
    Account,
    /// An ARN, with an account id in it.
    Arn,
    /// A switch that says what becomes of something when an account leaves its organization.
    Leaving,
}

/// Condition keys with what they carry, in lower case: names of keys are not case-sensitive [IAM User Guide, reference_policies_condition-keys]. A
/// name that ends in `*` stands for all that begin so, one that begins with `*` for all that end so.
///
/// Sources: the `aws:` keys [IAM User Guide, reference_policies_condition-keys]; all others the condition keys of their service [Service Authorization
/// Reference].
pub const IDENTITY_KEYS: &[(&str, Carries)] = &[
    ("aws:principalorgid", Carries::Organization),
    ("aws:resourceorgid", Carries::Organization),
    ("aws:sourceorgid", Carries::Organization),
    ("aws:vpceorgid", Carries::Organization),
    ("ssm:nodeorgid", Carries::Organization),
    ("aws:principalorgpaths", Carries::Path),
    ("aws:resourceorgpaths", Carries::Path),
    ("aws:sourceorgpaths", Carries::Path),
    ("aws:vpceorgpaths", Carries::Path),
    ("account:accountresourceorgpaths", Carries::Path),
    ("account:accountresourceorgpaths/*", Carries::Path),
    ("backup:copytargetorgpaths", Carries::Path),
    ("iam:organizationspolicyid", Carries::Policy),
    ("ram:retainsharingonaccountleaveorganization", Carries::Leaving),
    ("aws:principalaccount", Carries::Account),
    ("aws:resourceaccount", Carries::Account),
    ("aws:sourceaccount", Carries::Account),
    ("aws:sourceowner", Carries::Account),
    ("aws:vpceaccount", Carries::Account),
    ("ssm:nodeaccountid", Carries::Account),
    ("ram:shareowneraccountid", Carries::Account),
    ("kms:calleraccount", Carries::Account),
    ("s3:resourceaccount", Carries::Account),
    ("s3:dataaccesspointaccount", Carries::Account),
    ("s3express:resourceaccount", Carries::Account),
    ("s3express:dataaccesspointaccount", Carries::Account),
    ("s3-outposts:dataaccesspointaccount", Carries::Account),
    ("ec2:owner", Carries::Account),
    ("events:creatoraccount", Carries::Account),
    ("sso:applicationaccount", Carries::Account),
    ("securityhub:targetaccount", Carries::Account),
    ("mpa:protectedresourceaccount", Carries::Account),
    ("observabilityadmin:centralization*", Carries::Account),
    ("refactor-spaces:*account", Carries::Account),
    ("vpc-lattice-svcs:sourcevpcowneraccount", Carries::Account),
    ("servicediscovery:servicecreatedbyaccount", Carries::Account),
    ("cognito-identity-*:accountid", Carries::Account),
    ("aws:principalarn", Carries::Arn),
    ("aws:sourcearn", Carries::Arn),
    ("aws:sourcevpcarn", Carries::Arn),
    ("lambda:sourcefunctionarn", Carries::Arn),
];

/// What the values of a condition key are, if it is one of [`IDENTITY_KEYS`]. Case does not count.
pub fn carries(key: &str) -> Option<Carries> {
    let key = key.to_ascii_lowercase();
    let matches = |pattern: &str| match pattern.split_once('*') {
        Some((before, after)) => key.len() >= before.len() + after.len() && key.starts_with(before) && key.ends_with(after),
        None => key == pattern,
    };
    IDENTITY_KEYS.iter().find(|(pattern, _)| matches(pattern)).map(|(_, carries)| *carries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_case_and_by_their_patterns() {
        for (key, expected) in [
            ("aws:PrincipalOrgID", Some(Carries::Organization)),
            ("AWS:principalorgid", Some(Carries::Organization)),
            ("account:AccountResourceOrgPaths/x", Some(Carries::Path)),
            ("refactor-spaces:CreatedByAccount", Some(Carries::Account)),
            ("cognito-identity-unauth:AccountId", Some(Carries::Account)),
            ("ram:RetainSharingOnAccountLeaveOrganization", Some(Carries::Leaving)),
            ("aws:PrincipalTag/Org", None),
            ("PrincipalOrgID", None),
        ] {
            assert_eq!(carries(key), expected, "{key}");
        }
        assert!(IDENTITY_KEYS.iter().all(|(key, _)| *key == key.to_ascii_lowercase()));
    }
}
