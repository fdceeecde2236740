//! Reasons in words.

use super::explain::{Reason, Role};
use super::policies::PolicyKind;

impl Role {
    /// Its name, as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allows => "allows",
            Self::Denies => "denies",
            Self::MayAllow => "mayAllow",
            Self::MayDeny => "mayDeny",
            Self::AllowsNothing => "allowsNothing",
            Self::DoesNotReach => "doesNotReach",
            Self::UnknownOperator => "unknownOperator",
        }
    }
}

impl PolicyKind {
    /// Its name in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Resource => "resource policy",
            Self::Endpoint => "VPC endpoint policy",
        }
    }
}

impl Reason {
    /// The reason as a plain English sentence.
    pub fn sentence(&self) -> String {
        let kind = self.kind.words();
        let target = if self.target.is_empty() { String::new() } else { format!(" at {}", self.target) };
        let statement = format!("Statement {} of {kind} {}{target}", self.statement, self.policy);
        match self.role {
            Role::Allows => format!("{statement} allows the call."),
            Role::Denies => format!("{statement} denies the call."),
            Role::MayAllow => format!("{statement} may allow the call: that depends on {}.", self.keys()),
            Role::MayDeny => format!("{statement} may deny the call: that depends on {}.", self.keys()),
            Role::AllowsNothing => format!("No {kind}{target} allows the call."),
            Role::DoesNotReach => format!("The {kind} chain does not reach this call."),
            Role::UnknownOperator => {
                format!(
                    "{statement} has a condition operator that the language does not have, so it fails closed: a deny applies, an allow does not."
                )
            }
        }
    }

    fn keys(&self) -> String {
        match self.unknown_keys.as_slice() {
            [] => "what is not known".to_owned(),
            [one] => format!("{one}, which is not known"),
            [most @ .., last] => format!("{} and {last}, which are not known", most.join(", ")),
        }
    }
}
