//! What is known of condition keys: their type, and whether they are multivalued [IAM User Guide, reference_policies_condition-keys].

/// The type of a key's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    Text,
    Arn,
    Bool,
    Number,
    Date,
    Address,
}

/// A condition key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// In lower case; one that ends with `/` is a family, such as that of tags.
    name: &'static str,
    pub(super) many: bool,
    pub(super) kind: KeyType,
}

impl Key {
    /// Whether it stands for many keys, such as those of tags.
    pub(super) fn is_family(self) -> bool {
        self.name.ends_with('/')
    }
}

const fn one(name: &'static str, kind: KeyType) -> Key {
    Key { name, many: false, kind }
}

const fn many(name: &'static str) -> Key {
    Key { name, many: true, kind: KeyType::Text }
}

/// Keys of every service, and the best known multivalued keys of single ones. Of other keys nothing is said.
const KEYS: &[Key] = &[
    one("aws:assumedroot", KeyType::Bool),
    many("aws:calledvia"),
    one("aws:calledviafirst", KeyType::Text),
    one("aws:calledvialast", KeyType::Text),
    one("aws:currenttime", KeyType::Date),
    one("aws:ec2instancesourceprivateipv4", KeyType::Address),
    one("aws:ec2instancesourcevpc", KeyType::Text),
    one("aws:epochtime", KeyType::Date),
    one("aws:federatedprovider", KeyType::Text),
    one("aws:multifactorauthage", KeyType::Number),
    one("aws:multifactorauthpresent", KeyType::Bool),
    one("aws:principalaccount", KeyType::Text),
    one("aws:principalarn", KeyType::Arn),
    one("aws:principalisawsservice", KeyType::Bool),
    one("aws:principalorgid", KeyType::Text),
    many("aws:principalorgpaths"),
    one("aws:principalservicename", KeyType::Text),
    many("aws:principalservicenameslist"),
    one("aws:principaltag/", KeyType::Text),
    one("aws:principaltype", KeyType::Text),
    one("aws:referer", KeyType::Text),
    one("aws:requestedregion", KeyType::Text),
    one("aws:requesttag/", KeyType::Text),
    one("aws:resourceaccount", KeyType::Text),
    one("aws:resourceorgid", KeyType::Text),
    many("aws:resourceorgpaths"),
    one("aws:resourcetag/", KeyType::Text),
    one("aws:securetransport", KeyType::Bool),
    one("aws:sourceaccount", KeyType::Text),
    one("aws:sourcearn", KeyType::Arn),
    one("aws:sourceidentity", KeyType::Text),
    one("aws:sourceip", KeyType::Address),
    one("aws:sourceorgid", KeyType::Text),
    many("aws:sourceorgpaths"),
    one("aws:sourcevpc", KeyType::Text),
    one("aws:sourcevpcarn", KeyType::Arn),
    one("aws:sourcevpce", KeyType::Text),
    many("aws:tagkeys"),
    one("aws:tokenissuetime", KeyType::Date),
    one("aws:useragent", KeyType::Text),
    one("aws:userid", KeyType::Text),
    one("aws:username", KeyType::Text),
    one("aws:viaawsservice", KeyType::Bool),
    one("aws:vpceaccount", KeyType::Text),
    one("aws:vpceorgid", KeyType::Text),
    many("aws:vpceorgpaths"),
    one("aws:vpcsourceip", KeyType::Address),
    many("cloudformation:resourcetypes"),
    many("dynamodb:attributes"),
    many("dynamodb:leadingkeys"),
    many("kms:encryptioncontextkeys"),
    many("kms:grantoperations"),
    many("kms:resourcealiases"),
    many("lambda:securitygroupids"),
    many("lambda:subnetids"),
    many("ses:recipients"),
    many("sts:transitivetagkeys"),
];

/// The keys that hold an account id.
pub(super) const ACCOUNTS: &[&str] =
    &["aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount", "aws:vpceaccount", "kms:calleraccount", "s3:resourceaccount"];

/// What is known of a key.
pub(super) fn find(key: &str) -> Option<&'static Key> {
    let lower = key.to_ascii_lowercase();
    KEYS.iter().find(|known| if known.is_family() { lower.starts_with(known.name) } else { lower == known.name })
}
