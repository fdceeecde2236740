//! The role that orgkit puts into an account to get in by.

use orgkit_model::AccountId;
use serde_json::json;

/// What the role may do.
pub const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The description of roles and policies that orgkit makes: by it they are known again.
pub const MADE_BY_ORGKIT: &str = "Made by orgkit";

/// The name that orgkit's role sessions carry: it shows in the CloudTrail events of every account it enters.
pub const SESSION_NAME: &str = "orgkit";

/// A role's path and its name: `/service-role/` and `backup` for `service-role/backup`.
pub fn split_role(role: &str) -> (String, &str) {
    match role.rsplit_once('/') {
        Some((path, name)) => (format!("/{}/", path.trim_matches('/')).replace("//", "/"), name),
        None => ("/".to_owned(), role),
    }
}

/// A trust policy that leaves it to the trusted account which of its principals may assume the role.
pub fn trust_policy(trusted: &AccountId) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:aws:iam::{trusted}:root")},
            "Action": "sts:AssumeRole",
        }],
    })
    .to_string()
}

/// The trust policy of a role that is not ready: nobody gets in by it. It names the trusted account all the same, and asks for something that orgkit
/// never sends.
///
/// A role gets its permissions in a second call. If it let people in after the first one, a run that dies between the two would find a way in that
/// works, and nothing that can be done behind it.
pub fn closed_trust_policy(trusted: &AccountId) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:aws:iam::{trusted}:root")},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "not-ready-yet"}},
        }],
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_splits_into_path_and_name() {
        assert_eq!(split_role("OrgkitAccess"), ("/".to_owned(), "OrgkitAccess"));
        assert_eq!(split_role("ops/break/glass"), ("/ops/break/".to_owned(), "glass"));
        assert_eq!(split_role("/glass"), ("/".to_owned(), "glass"));
    }
}
