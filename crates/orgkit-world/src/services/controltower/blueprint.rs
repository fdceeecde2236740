//! What Control Tower deploys into an account, and takes away again [Control Tower User Guide, resources-created-in-member-accounts].

use super::versions::{CHANNEL, EXECUTION_ROLE, LEFT_BEHIND_ROLE, OPTIONAL_SINCE, RECORDER, ROLE_PREFIX, is_since};
use super::zone::Zone;
use crate::world::{ADMINISTRATOR_ACCESS, AccountRecord, OrganizationRecord, Role};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::{Value, json};

/// What the deployment into one account depends on.
pub(super) struct Blueprint {
    organization: OrganizationId,
    management: AccountId,
    regions: Vec<String>,
    /// The account whose roles may enter, if there is one.
    audit: Option<AccountId>,
    /// Where AWS Config delivers to: bucket, and the account with the topics. `None` without AWS Config.
    config: Option<(String, AccountId)>,
}

impl Blueprint {
    /// What a landing zone deploys.
    pub(super) fn of(organization: &OrganizationRecord, zone: &Zone) -> Self {
        let settings = &zone.settings;
        let bucket = |aggregator: &AccountId| match &settings.log_archive {
            Some(log_archive) if !is_since(&zone.version, OPTIONAL_SINCE) => format!("aws-controltower-logs-{log_archive}-{}", zone.home),
            _ => format!("aws-controltower-config-logs-{aggregator}-{}", organization.id.as_str().trim_start_matches("o-")),
        };
        Self {
            organization: organization.id.clone(),
            management: organization.management.clone(),
            regions: settings.governed.clone(),
            audit: settings.audit.clone(),
            config: settings.config.as_ref().map(|aggregator| (bucket(aggregator), aggregator.clone())),
        }
    }

    /// Puts roles and, from a time on, AWS Config into an account. A recorder of the customer's stays, and nothing is recorded beside it.
    pub(super) fn deploy(&self, account: &mut AccountRecord, now: Timestamp, since: Timestamp) {
        let mut add = |name: &str, trusted: Value, policy: &str| {
            if !account.roles.contains_key(name)
                && let Some(role) = role(&account.id, name, &trusted, policy, now)
            {
                account.roles.insert(name.to_owned(), role);
            }
        };
        add(EXECUTION_ROLE, json!({ "AWS": root(&self.management) }), ADMINISTRATOR_ACCESS);
        if let Some(audit) = &self.audit {
            let from = |role: &str| json!({ "AWS": format!("arn:aws:iam::{audit}:role/{role}") });
            add("aws-controltower-AdministratorExecutionRole", from("aws-controltower-AuditAdministratorRole"), ADMINISTRATOR_ACCESS);
            add(
                "aws-controltower-ReadOnlyExecutionRole",
                from("aws-controltower-AuditReadOnlyRole"),
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
            );
        }
        let Some((bucket, aggregator)) = &self.config else { return };
        let lambda = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        add("aws-controltower-ForwardSnsNotificationRole", json!({ "Service": "lambda.amazonaws.com" }), lambda);
        let recorder = "aws-controltower-ConfigRecorderRole";
        add(recorder, json!({ "Service": "config.amazonaws.com" }), "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole");
        let role = format!("arn:aws:iam::{}:role/{recorder}", account.id);
        for region in &self.regions {
            let channel = json!({
                "name": CHANNEL,
                "s3BucketName": bucket,
                "s3KeyPrefix": self.organization,
                "snsTopicARN": format!("arn:aws:sns:{region}:{aggregator}:aws-controltower-AllConfigNotifications"),
                "configSnapshotDeliveryProperties": { "deliveryFrequency": "TwentyFour_Hours" },
            });
            let setup = account.config.entry(region.clone()).or_default();
            if !setup.is_recording_as(RECORDER) {
                setup.remove(RECORDER);
                setup.bring_with(RECORDER, Some(role.clone()), true, Some(channel), since);
            }
        }
    }

    /// As [`Self::deploy`]; the audit account has the roles besides that enter the others.
    pub(super) fn deploy_shared(&self, account: &mut AccountRecord, now: Timestamp, since: Timestamp) {
        self.deploy(account, now, since);
        if self.audit.as_ref() != Some(&account.id) {
            return;
        }
        let lambda = json!({ "Service": "lambda.amazonaws.com" });
        for (name, policy) in [
            ("aws-controltower-AuditAdministratorRole", ADMINISTRATOR_ACCESS),
            ("aws-controltower-AuditReadOnlyRole", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ] {
            if let Some(role) = role(&account.id, name, &lambda, policy, now) {
                account.roles.entry(name.to_owned()).or_insert(role);
            }
        }
    }

    /// Whether an account has what [`Self::deploy`] gave it.
    pub(super) fn is_intact(&self, account: &AccountRecord) -> bool {
        let recording = |region: &String| account.config.get(region).is_some_and(|setup| setup.is_recording_as(RECORDER));
        account.roles.contains_key(EXECUTION_ROLE) && (self.config.is_none() || self.regions.iter().all(recording))
    }
}

/// Takes everything away that Control Tower deployed, and leaves a role behind by which the management account still gets in: the execution
/// role is deleted [Control Tower User Guide, unmanage-account and account-transfer].
pub(super) fn withdraw(account: &mut AccountRecord, management: &AccountId, now: Timestamp) {
    account.roles.retain(|name, _| name != EXECUTION_ROLE && !name.starts_with(ROLE_PREFIX));
    for setup in account.config.values_mut() {
        setup.remove(RECORDER);
    }
    let trusted = json!({ "AWS": root(management) });
    if let Some(role) = role(&account.id, LEFT_BEHIND_ROLE, &trusted, ADMINISTRATOR_ACCESS, now) {
        account.roles.entry(LEFT_BEHIND_ROLE.to_owned()).or_insert(role);
    }
}

fn root(account: &AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

fn role(account: &AccountId, name: &str, trusted: &Value, policy: &str, now: Timestamp) -> Option<Role> {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole" }],
    });
    let mut role = Role::new(account, name, "/", &trust.to_string(), now).ok()?;
    role.attached.insert(policy.to_owned());
    Some(role)
}
