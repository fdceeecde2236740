//! Identifiers as AWS Organizations defines them. Patterns: botocore `organizations/2016-11-28`, shapes `AccountId`, `OrganizationId`,
//! `RootId`, `OrganizationalUnitId`, `PolicyId`, `HandshakeId`.

use std::fmt;
use std::str::FromStr;

/// A text that does not have the form of the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { text: text.to_owned(), expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn lower_alnum(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_root(text: &str) -> bool {
    text.strip_prefix("r-").is_some_and(|rest| lower_alnum(rest, 4, 32))
}

fn is_unit(text: &str) -> bool {
    text.strip_prefix("ou-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(root, own)| lower_alnum(root, 4, 32) && lower_alnum(own, 8, 32))
}

fn is_policy(text: &str) -> bool {
    text.strip_prefix("p-")
        .is_some_and(|rest| (8..=128).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

id!(
    /// An AWS account id: twelve digits.
    AccountId, "an AWS account id (twelve digits)", is_account
);
id!(
    /// An organization id, `o-` and 10 to 32 lower-case letters or digits.
    OrganizationId, "an organization id (`o-` and 10 to 32 lower-case letters or digits)",
    |text| text.strip_prefix("o-").is_some_and(|rest| lower_alnum(rest, 10, 32))
);
id!(
    /// The id of an organization's root, `r-` and 4 to 32 lower-case letters or digits.
    RootId, "a root id (`r-` and 4 to 32 lower-case letters or digits)", is_root
);
id!(
    /// An organizational unit's id, `ou-<root>-<own>`.
    UnitId, "an organizational unit id (`ou-…-…`)", is_unit
);
id!(
    /// What an account or a unit hangs under: a root or a unit.
    ParentId, "a root id or an organizational unit id", |text| is_root(text) || is_unit(text)
);
id!(
    /// A policy's id, `p-…`; AWS's own are `p-FullAWSAccess` and `p-RCPFullAWSAccess`.
    PolicyId, "a policy id (`p-` and 8 to 128 letters, digits or `_`)", is_policy
);
id!(
    /// A handshake's id, `h-` and 8 to 32 lower-case letters or digits.
    HandshakeId, "a handshake id (`h-` and 8 to 32 lower-case letters or digits)",
    |text| text.strip_prefix("h-").is_some_and(|rest| lower_alnum(rest, 8, 32))
);

impl From<RootId> for ParentId {
    fn from(id: RootId) -> Self {
        Self(id.0)
    }
}

impl From<UnitId> for ParentId {
    fn from(id: UnitId) -> Self {
        Self(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_aws_documents_and_nothing_else() {
        assert!("111122223333".parse::<AccountId>().is_ok());
        assert!("11112222333".parse::<AccountId>().is_err());
        assert!("o-a1b2c3d4e5".parse::<OrganizationId>().is_ok());
        assert!("o-A1b2c3d4e5".parse::<OrganizationId>().is_err());
        assert!("r-ab12".parse::<RootId>().is_ok());
        assert!("ou-ab12-11112222".parse::<UnitId>().is_ok());
        assert!("ou-ab12".parse::<UnitId>().is_err());
        assert!("ou-ab12-11112222".parse::<ParentId>().is_ok());
        assert!("r-ab12".parse::<ParentId>().is_ok());
        assert!("p-FullAWSAccess".parse::<PolicyId>().is_ok());
        assert!("h-1234abcd".parse::<HandshakeId>().is_ok());
        insta::assert_snapshot!("x".parse::<AccountId>().unwrap_err(), @"`x` is not an AWS account id (twelve digits)");
    }
}
