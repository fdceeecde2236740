//! What the policy simulator says of a call.

use super::simulate::GIVEN;
use crate::authorize::Set;
use orgkit_iam::{Context, ContextValue, Evaluator, Explanation, Policies, PolicyKind, RcpServices, Request, Role, Verdict};
use serde_json::{Value, json};

/// Policies to be simulated.
#[derive(Debug)]
pub(super) struct Simulation {
    /// Identity and resource policies, and the boundary.
    own: Evaluator,
    boundary: Option<Evaluator>,
    scps: Option<Evaluator>,
    /// The condition keys that the policies mention.
    keys: Vec<String>,
}

impl Simulation {
    pub(super) fn new(set: &Set<'_>, scps: Option<&Set<'_>>) -> Self {
        let (policies, _) = set.read();
        let boundary =
            policies.boundary.clone().map(|boundary| Evaluator::new(&Policies { identity: vec![boundary], ..Policies::default() }));
        let scps = scps.map(|set| Evaluator::guardrails(&set.read().0.scps, &[], RcpServices::default()));
        let own = Evaluator::new(&policies);
        let keys = own.keys().into_iter().chain(scps.iter().flat_map(Evaluator::keys)).map(str::to_owned).collect();
        Self { own, boundary, scps, keys }
    }

    /// `EvaluationResult` of an action: the strictest decision over the resources, and that of each.
    pub(super) fn result(&self, call: &Request, resources: &[&str]) -> Value {
        let on = |resource: &str| {
            let mut call = call.clone();
            resource.clone_into(&mut call.resource);
            self.judge(&call)
        };
        let everywhere: &[&str] = if resources.is_empty() { &["*"] } else { resources };
        let judged: Vec<(&str, Judged)> = everywhere.iter().map(|resource| (*resource, on(resource))).collect();
        let strictest = judged.iter().map(|(_, judged)| judged).max_by_key(|judged| judged.rank());
        let mut result = strictest.map(|judged| judged.shape("EvalDecision")).unwrap_or_else(|| json!({}));
        let Some(members) = result.as_object_mut() else { return result };
        members.insert("EvalActionName".to_owned(), call.action.as_str().into());
        members.insert("EvalResourceName".to_owned(), "*".into());
        if let Some(scps) = judged.iter().map(|(_, judged)| judged.by_scps).reduce(|all, one| Some(all? && one?)).flatten() {
            members.insert("OrganizationsDecisionDetail".to_owned(), json!({ "AllowedByOrganizations": scps }));
        }
        if !resources.is_empty() {
            let each = judged.iter().map(|(resource, judged)| {
                let mut shape = judged.shape("EvalResourceDecision");
                if let Some(members) = shape.as_object_mut() {
                    members.insert("EvalResourceName".to_owned(), (*resource).into());
                }
                shape
            });
            members.insert("ResourceSpecificResults".to_owned(), each.collect());
        }
        result
    }

    /// Keys that nobody gave are taken to be absent, and told.
    fn judge(&self, call: &Request) -> Judged {
        let own = self.own.explain(call);
        let guardrails = self.scps.as_ref().map(|scps| scps.explain(call));
        let (verdicts, boundary) = (
            [Some(own.verdict), guardrails.as_ref().map(|why| why.verdict)],
            self.boundary.as_ref().map(|boundary| boundary.explain(call).verdict == Verdict::Allowed),
        );
        let decision = if verdicts.contains(&Some(Verdict::ExplicitlyDenied)) {
            "explicitDeny"
        } else if verdicts.iter().flatten().all(|verdict| *verdict == Verdict::Allowed) {
            "allowed"
        } else {
            "implicitDeny"
        };
        let mut statements = matched(&own);
        statements.extend(guardrails.iter().flat_map(matched));
        Judged {
            decision,
            by_scps: guardrails.as_ref().map(|why| why.verdict == Verdict::Allowed),
            by_boundary: boundary,
            statements,
            missing: self.missing(&call.context),
        }
    }

    fn missing(&self, context: &Context) -> Vec<String> {
        let mut keys: Vec<String> = self.keys.iter().filter(|key| *context.get(key) == ContextValue::Absent).cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// What comes out for one resource.
struct Judged {
    decision: &'static str,
    by_scps: Option<bool>,
    by_boundary: Option<bool>,
    statements: Vec<Value>,
    missing: Vec<String>,
}

impl Judged {
    fn rank(&self) -> u8 {
        match self.decision {
            "allowed" => 0,
            "implicitDeny" => 1,
            _ => 2,
        }
    }

    fn shape(&self, decision: &str) -> Value {
        let mut shape = json!({ decision: self.decision, "MatchedStatements": self.statements, "MissingContextValues": self.missing });
        if let (Some(allowed), Some(members)) = (self.by_boundary, shape.as_object_mut()) {
            let detail = json!({ "AllowedByPermissionsBoundary": allowed });
            members.insert("PermissionsBoundaryDecisionDetail".to_owned(), detail);
        }
        shape
    }
}

/// `Statement`, of each that decided something.
fn matched(why: &Explanation) -> Vec<Value> {
    let decided = why.reasons.iter().filter(|reason| matches!(reason.role, Role::Allows | Role::Denies));
    let shape = |policy: &str, kind: PolicyKind| {
        let source = match kind {
            PolicyKind::Resource => "resource",
            _ if policy.starts_with("arn:aws:iam::aws:") => "aws-managed",
            _ if policy.starts_with("arn:") => "user-managed",
            _ if policy == GIVEN => "none",
            PolicyKind::Scp => "none",
            _ => "role",
        };
        json!({ "SourcePolicyId": policy, "SourcePolicyType": source })
    };
    decided.map(|reason| shape(&reason.policy, reason.kind)).collect()
}
