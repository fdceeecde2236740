//! Policies whose conditions name the old organization: they get the new one beside it before anybody leaves.
//!
//! A grant or a lock that names the organization is about the accounts that leave as much as about those that stay, whichever account has it.
//! So every such policy is changed before the first account leaves, those of accounts that stay or stand alone included.

use crate::input::PlanInput;
use orgkit_iam::add_organization;
use orgkit_iam::references::{Carries, carries};
use orgkit_model::{AccountId, Action, Evidence, Fact, Finding, Step, StepClass, StepId};
use serde_json::Value;
use std::collections::BTreeMap;

/// The policies that are changed: the kind of fact that has them, and the member with the document.
const DOCUMENTS: [(&str, &str); 3] = [
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
    ("iam:GetAccountAuthorizationDetails", "AssumeRolePolicyDocument"),
];

/// The type of roles, whose trust policies have an operation of their own.
const ROLE: &str = "AWS::IAM::Role";

/// Paths of roles whose trust policies belong to AWS [IAM User Guide, using-service-linked-roles; IAM Identity Center User Guide, using-service-linked-roles].
const PROTECTED: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// Where a fact is: account, region, kind and name.
type At = (AccountId, Option<String>, String, String);

/// What is done about the policies that name an old organization.
#[derive(Debug, Default)]
pub(crate) struct Duals {
    pub(crate) steps: Vec<Step>,
    /// The member of each fact that is rewritten, or why it is not.
    outcomes: BTreeMap<At, Result<&'static str, String>>,
}

/// The steps for the policies of an estate. `leaving` are the ids of the organizations that accounts leave.
pub(crate) fn duals(input: &PlanInput<'_>, leaving: &[&str]) -> Duals {
    let mut duals = Duals::default();
    let new = input.estate.target.organization.id.as_str();
    let is_other = |fact: &&Fact| !input.estate.target.accounts.contains_key(&fact.account);
    for fact in input.estate.facts.iter().filter(is_other) {
        let Some((_, member)) = DOCUMENTS.iter().find(|(kind, _)| *kind == fact.kind) else { continue };
        let Some(document) = fact.doc.get(*member).filter(|document| document.is_object()) else { continue };
        let previous = document.to_string();
        let outcome = match rewritten(&previous, leaving, new) {
            Ok(None) => continue,
            Ok(Some(_)) if is_protected(fact) => Err("the trust policy of this role belongs to AWS".to_owned()),
            Ok(Some(content)) => {
                duals.steps.push(step(input, fact, member, content, previous));
                Ok(*member)
            }
            Err(error) => Err(error.to_string()),
        };
        duals.outcomes.insert((fact.account.clone(), fact.region.clone(), fact.kind.clone(), fact.name.clone()), outcome);
    }
    duals
}

/// A document with the new organization beside every old one; `None` where it has them already.
fn rewritten(content: &str, leaving: &[&str], new: &str) -> Result<Option<String>, orgkit_iam::SucceedError> {
    let mut changed: Option<String> = None;
    for old in leaving {
        let next = add_organization(changed.as_deref().unwrap_or(content), old, new)?;
        changed = next.or(changed);
    }
    Ok(changed)
}

fn is_protected(fact: &Fact) -> bool {
    let path = fact.doc.get("Path").and_then(Value::as_str).unwrap_or_default();
    PROTECTED.iter().any(|protected| path.starts_with(protected))
}

fn step(input: &PlanInput<'_>, fact: &Fact, property: &str, content: String, previous: String) -> Step {
    let role = fact.doc.get("RoleName").and_then(Value::as_str);
    let (resource_type, identifier) = role.map_or((fact.kind.as_str(), fact.name.as_str()), |role| (ROLE, role));
    let place = fact.region.as_ref().map(|region| format!("{region}/")).unwrap_or_default();
    let what = match resource_type {
        ROLE => "the trust policy of role",
        "AWS::KMS::Key" => "the policy of key",
        _ => "the policy of bucket",
    };
    Step {
        id: StepId(format!("{}/{place}{resource_type}/{identifier}/add-organization", fact.account)),
        account: None,
        by: fact.account.clone(),
        title: format!("name the new organization beside the old one in {what} {identifier} of {}", input.estate.name_of(&fact.account)),
        action: Action::AddOrganizationId {
            resource_type: resource_type.to_owned(),
            region: fact.region.clone(),
            identifier: identifier.to_owned(),
            property: property.to_owned(),
            content,
            previous,
        },
        class: StepClass::Reversible,
        after: Vec::new(),
        not_before: None,
        because: "its conditions name the old organization; who leaves would no longer be meant, and may be locked out".to_owned(),
        covers: vec!["A4".to_owned(), "D6".to_owned(), "D9".to_owned()],
    }
}

impl Duals {
    /// Whether everything that a finding is about is remedied by a step.
    pub(crate) fn remedies(&self, finding: &Finding) -> bool {
        !finding.evidence.is_empty() && finding.evidence.iter().all(|evidence| self.remedies_place(evidence))
    }

    fn remedies_place(&self, evidence: &Evidence) -> bool {
        let Some(Ok(member)) = self.outcome(evidence) else { return false };
        let Some(inside) = evidence.pointer.strip_prefix('/').and_then(|pointer| pointer.strip_prefix(member)) else { return false };
        let key = inside.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        inside.contains("/Condition/") && matches!(carries(&key), Some(Carries::Organization | Carries::Path))
    }

    /// Why orgkit does not change what a finding is about, where it would have to be changed.
    pub(crate) fn refusal(&self, finding: &Finding) -> Option<&str> {
        finding.evidence.iter().find_map(|evidence| self.outcome(evidence)?.as_ref().err().map(String::as_str))
    }

    fn outcome(&self, evidence: &Evidence) -> Option<&Result<&'static str, String>> {
        self.outcomes.get(&(evidence.account.clone(), evidence.region.clone(), evidence.call.clone(), evidence.name.clone()))
    }
}
