//! The policy types of Organizations, and how large and how many their policies may be.
//!
//! Every type can be attached to the root, to units and to accounts [Organizations User Guide, orgs_policies_attach].

use orgkit_iam::DocumentKind;
use orgkit_model::PolicyType;
use serde::{Deserialize, Serialize};

/// A policy type (botocore `organizations/2016-11-28`, shape `PolicyType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyKind {
    /// SCP: limits what principals of member accounts may do.
    ServiceControlPolicy,
    /// RCP: limits who may use resources of member accounts.
    ResourceControlPolicy,
    /// Which tags resources may have.
    TagPolicy,
    /// Backup plans for resources.
    BackupPolicy,
    /// Whether AWS may use content to improve its AI services.
    AiservicesOptOutPolicy,
    /// Access to accounts from chat applications.
    ChatbotPolicy,
    /// Settings of EC2.
    DeclarativePolicyEc2,
    /// Where Security Hub is on.
    SecurityhubPolicy,
    /// Where Security Hub CSPM is on, with its standards and controls.
    SecurityhubCspmPolicy,
    /// Where Amazon Inspector is on.
    InspectorPolicy,
    /// In which order resources are upgraded.
    UpgradeRolloutPolicy,
    /// Guardrails of Amazon Bedrock.
    BedrockPolicy,
    /// Block Public Access of Amazon S3.
    S3Policy,
    /// Where network security director is on.
    NetworkSecurityDirectorPolicy,
    /// Where GuardDuty and its protection plans are on.
    GuarddutyPolicy,
}

/// What holds for the policies of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyRules {
    /// The type's name in the API.
    pub name: &'static str,
    /// How its documents are checked.
    pub document: DocumentKind,
    /// The key at the top of its documents, where the type is written in settings and the key is documented.
    pub top: Option<&'static str>,
    /// How large a document may be, white space included: characters, or bytes for upgrade rollout policies.
    pub size: usize,
    /// How many policies of the type an organization may have, AWS's own not counted.
    pub most: usize,
    /// How many may be attached to one root, unit or account, AWS's own counted.
    pub attached: usize,
    /// The service that must have trusted access before the type can be enabled.
    pub access: Option<&'static str>,
    /// The guide and page that the numbers are from.
    pub source: &'static str,
    /// When they were true.
    pub as_of: &'static str,
}

const QUOTAS: &str = "Organizations User Guide, orgs_reference_limits";

/// The rules of a type for which AWS documents the usual numbers.
const fn usual(name: &'static str, document: DocumentKind, top: &'static str) -> PolicyRules {
    PolicyRules { name, document, top: Some(top), size: 10_000, most: 1_000, attached: 10, access: None, source: QUOTAS, as_of: "2026-10" }
}

/// The rules of a type that the page of quotas does not name: the usual numbers are unconfirmed for it.
const fn unlisted(name: &'static str, document: DocumentKind, top: &'static str) -> PolicyRules {
    PolicyRules { source: "unconfirmed", ..usual(name, document, top) }
}

impl PolicyKind {
    /// Every type, in the order of the API reference.
    pub const ALL: [Self; 15] = [
        Self::ServiceControlPolicy,
        Self::ResourceControlPolicy,
        Self::TagPolicy,
        Self::BackupPolicy,
        Self::AiservicesOptOutPolicy,
        Self::ChatbotPolicy,
        Self::DeclarativePolicyEc2,
        Self::SecurityhubPolicy,
        Self::SecurityhubCspmPolicy,
        Self::InspectorPolicy,
        Self::UpgradeRolloutPolicy,
        Self::BedrockPolicy,
        Self::S3Policy,
        Self::NetworkSecurityDirectorPolicy,
        Self::GuarddutyPolicy,
    ];

    /// What holds for policies of this type: the table.
    ///
    /// That a type needs trusted access is documented for Security Hub as the example of the rule [Organizations API Reference,
    /// ConstraintViolationException, SERVICE_ACCESS_NOT_ENABLED and POLICY_TYPE_ENABLED_FOR_THIS_SERVICE]; for the others that have
    /// `access` it follows from the prerequisites on their pages, and the API's answer is unconfirmed.
    pub const fn rules(self) -> PolicyRules {
        use DocumentKind as Document;
        match self {
            Self::ServiceControlPolicy => PolicyRules {
                top: None,
                size: 10_240,
                most: 10_000,
                as_of: "2026-05-15",
                ..usual("SERVICE_CONTROL_POLICY", Document::Scp, "")
            },
            Self::ResourceControlPolicy => PolicyRules {
                top: None,
                size: 5_120,
                most: 2_000,
                attached: 5,
                as_of: "2026-07",
                ..usual("RESOURCE_CONTROL_POLICY", Document::Rcp, "")
            },
            Self::TagPolicy => usual("TAG_POLICY", Document::Tag, "tags"),
            Self::BackupPolicy => usual("BACKUP_POLICY", Document::Backup, "plans"),
            Self::AiservicesOptOutPolicy => {
                PolicyRules { size: 2_500, attached: 5, ..usual("AISERVICES_OPT_OUT_POLICY", Document::AiOptOut, "services") }
            }
            Self::ChatbotPolicy => PolicyRules { attached: 5, ..usual("CHATBOT_POLICY", Document::Chatbot, "chatbot") },
            Self::DeclarativePolicyEc2 => usual("DECLARATIVE_POLICY_EC2", Document::DeclarativeEc2, "ec2_attributes"),
            Self::SecurityhubPolicy => PolicyRules {
                access: Some("securityhub.amazonaws.com"),
                ..usual("SECURITYHUB_POLICY", Document::SecurityHub, "securityhub")
            },
            Self::SecurityhubCspmPolicy => PolicyRules {
                top: None,
                access: Some("securityhub.amazonaws.com"),
                ..unlisted("SECURITYHUB_CSPM_POLICY", Document::Management, "")
            },
            Self::InspectorPolicy => {
                PolicyRules { access: Some("inspector2.amazonaws.com"), ..unlisted("INSPECTOR_POLICY", Document::Inspector, "inspector") }
            }
            Self::UpgradeRolloutPolicy => PolicyRules {
                size: 5_120,
                source: "Organizations User Guide, orgs_manage_policies_upgrade_syntax; the other numbers are unconfirmed",
                ..usual("UPGRADE_ROLLOUT_POLICY", Document::UpgradeRollout, "upgrade_rollout")
            },
            Self::BedrockPolicy => unlisted("BEDROCK_POLICY", Document::Bedrock, "bedrock"),
            Self::S3Policy => unlisted("S3_POLICY", Document::S3, "s3_attributes"),
            Self::NetworkSecurityDirectorPolicy => {
                unlisted("NETWORK_SECURITY_DIRECTOR_POLICY", Document::Management, "network_security_director")
            }
            Self::GuarddutyPolicy => {
                PolicyRules { top: None, access: Some("guardduty.amazonaws.com"), ..unlisted("GUARDDUTY_POLICY", Document::Management, "") }
            }
        }
    }

    /// The name that the API uses.
    pub const fn as_str(self) -> &'static str {
        self.rules().name
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether its policies are settings that merge into an effective policy. SCPs and RCPs are not: they are evaluated level by level.
    pub const fn is_management(self) -> bool {
        !matches!(self, Self::ServiceControlPolicy | Self::ResourceControlPolicy)
    }
}

impl From<PolicyType> for PolicyKind {
    fn from(kind: PolicyType) -> Self {
        match kind {
            PolicyType::ServiceControlPolicy => Self::ServiceControlPolicy,
            PolicyType::ResourceControlPolicy => Self::ResourceControlPolicy,
        }
    }
}

/// The policy type is none that orgkit reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("orgkit keeps no policies of the type {}", .0.as_str())]
pub struct NotKept(pub PolicyKind);

impl TryFrom<PolicyKind> for PolicyType {
    type Error = NotKept;

    fn try_from(kind: PolicyKind) -> Result<Self, NotKept> {
        match kind {
            PolicyKind::ServiceControlPolicy => Ok(Self::ServiceControlPolicy),
            PolicyKind::ResourceControlPolicy => Ok(Self::ResourceControlPolicy),
            other => Err(NotKept(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_records_are_written_with() {
        for kind in PolicyKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(PolicyKind::parse(kind.as_str()), Some(kind));
            let known = PolicyType::try_from(kind);
            assert_eq!(known.is_err(), kind.is_management());
            assert!(known.is_err() || known.is_ok_and(|known| known.as_str() == kind.as_str() && PolicyKind::from(known) == kind));
        }
        assert_eq!(PolicyKind::parse("service_control_policy"), None);
    }

    #[test]
    fn every_type_has_room_and_settings_are_checked_as_settings() {
        for kind in PolicyKind::ALL {
            let rules = kind.rules();
            assert!(rules.size >= 2_500 && rules.most >= 1_000 && rules.attached >= 5, "{kind:?}");
            assert_eq!(rules.document.is_management(), kind.is_management(), "{kind:?}");
        }
    }
}
