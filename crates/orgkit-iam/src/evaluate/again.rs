//! What a call that got through under one set of policies tells about it under another.

use super::Verdict;
use super::evaluator::{Evaluator, Placed};
use super::exempt::Reach;
use super::memo::Action;
use super::policies::PolicyKind;
use super::statement::Ready;
use crate::condition::Truth;
use crate::document::Effect;
use crate::request::Request;
use std::collections::BTreeSet;

/// A call that was made, and the policies that let it pass.
#[derive(Debug, Clone, Copy)]
pub struct GotThrough<'a> {
    /// The policies that it met.
    pub evaluator: &'a Evaluator,
    /// The call as it was.
    pub request: &'a Request,
    /// Keys, in lower case, that are unknown in both requests and may still hold something else in each.
    pub moving: &'a [&'a str],
}

impl Evaluator {
    /// Every condition key that the policies mention, in lower case. No other key can change a verdict, but for the caller's ARN and
    /// `kms:ResourceAliases` and `kms:RequestAlias`, by which exemptions are known.
    pub fn keys(&self) -> BTreeSet<&str> {
        self.statements.iter().flat_map(|placed| placed.ready.keys()).collect()
    }

    /// Whether any statement is about particular resources.
    pub fn names_resources(&self) -> bool {
        self.statements.iter().any(|placed| placed.ready.names_resources())
    }

    /// What guardrails say of a call that got through under other guardrails, with the keys that this still depends on.
    ///
    /// What is unknown of a request was known to AWS. A deny that stood in the policies which the call met did not apply; the same statement does not
    /// apply now either, unless it mentions a key that changes between the two requests. And if one of the levels that let the call pass consists of
    /// allows which all stand at a level here, this level lets it pass, too.
    pub fn decide_again(&self, request: &Request, passed: GotThrough<'_>) -> (Verdict, BTreeSet<String>) {
        let (action, before) = (Action::new(self, &request.action), Action::new(passed.evaluator, &request.action));
        let met: Vec<&Placed> = passed.evaluator.about(passed.request, &before).collect();
        let mut keys = BTreeSet::new();
        let mut denied = Truth::False;
        for placed in self.about(request, &action).filter(|placed| placed.ready.effect == Effect::Deny) {
            let fits = placed.ready.fits(request);
            let settled = || met.iter().any(|old| self.is_same(placed, old, request, passed));
            if fits == Truth::Unknown && settled() {
                continue;
            }
            if fits == Truth::Unknown {
                keys.extend(placed.ready.unknown_keys(request));
            }
            denied = denied.or(fits);
        }
        let guarded = self.guarded_again(request, &action, passed, &met, &mut keys);
        match (denied, guarded) {
            (Truth::True, _) => (Verdict::ExplicitlyDenied, BTreeSet::new()),
            (_, Truth::False) => (Verdict::ImplicitlyDenied, BTreeSet::new()),
            (Truth::False, Truth::True) => (Verdict::Allowed, BTreeSet::new()),
            _ => (Verdict::Unknown, keys),
        }
    }

    /// Whether every level of service control policies lets the call pass.
    fn guarded_again(
        &self,
        request: &Request,
        action: &Action,
        passed: GotThrough<'_>,
        met: &[&Placed],
        keys: &mut BTreeSet<String>,
    ) -> Truth {
        let mut guarded = Truth::True;
        if !Reach::new(self, request, action).scps() {
            return guarded;
        }
        let is_allow = |placed: &Placed| placed.ready.effect == Effect::Allow;
        for level in (0..self.groups.len()).filter(|group| self.kind(*group) == PolicyKind::Scp) {
            let allows: Vec<&Placed> = self.about(request, action).filter(|placed| placed.group == level && is_allow(placed)).collect();
            let mut allowed = allows.iter().fold(Truth::False, |so_far, placed| so_far.or(placed.ready.fits(request)));
            let same = |old: &Placed| allows.iter().any(|placed| self.is_same(placed, old, request, passed));
            let stands_here = |group: usize| {
                let mut may =
                    met.iter().filter(|old| old.group == group && is_allow(old) && old.ready.fits(passed.request) != Truth::False);
                passed.evaluator.kind(group) == PolicyKind::Scp && may.all(|old| same(old))
            };
            let levels_met: BTreeSet<usize> = met.iter().filter(|old| is_allow(old)).map(|old| old.group).collect();
            if allowed == Truth::Unknown && levels_met.into_iter().any(stands_here) {
                allowed = Truth::True;
            }
            if allowed == Truth::Unknown {
                let open = allows.iter().filter(|placed| placed.ready.fits(request) == Truth::Unknown);
                keys.extend(open.flat_map(|placed| placed.ready.unknown_keys(request)));
            }
            guarded = guarded.and(allowed);
        }
        guarded
    }

    /// The statements that speak about a request, leaving aside resource and conditions.
    fn about<'a>(&'a self, request: &'a Request, action: &'a Action) -> impl Iterator<Item = &'a Placed> {
        let placed = action.statements.iter().filter_map(|index| self.statements.get(*index));
        let reach = Reach::new(self, request, action);
        placed.filter(move |placed| {
            let kind = self.kind(placed.group);
            reach.of(kind) && self.naming(placed, kind, request).is_some()
        })
    }

    /// Whether a statement here and one there are the same, and say the same of both requests.
    fn is_same(&self, here: &Placed, there: &Placed, request: &Request, passed: GotThrough<'_>) -> bool {
        let same_kind = self.kind(here.group) == passed.evaluator.kind(there.group);
        let unmoved = |ready: &Ready| {
            let same = |key: &str| request.context.get(key) == passed.request.context.get(key) && !passed.moving.contains(&key);
            ready.keys().all(same)
        };
        same_kind && here.ready == there.ready && request.resource == passed.request.resource && unmoved(&here.ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Document, Level, Policy, Principal, RcpServices};

    fn evaluator(statements: &str) -> Evaluator {
        let document = Document::parse(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)).unwrap();
        let level = Level { target: "r-root".into(), policies: vec![Policy::new("p", document)] };
        Evaluator::guardrails(&[level], &[], RcpServices::default())
    }

    const ALLOW: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    const BY_TAG: &str =
        r#"{"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "net"}}}"#;
    const OTHER_TAG: &str =
        r#"{"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "web"}}}"#;
    const ALLOW_TAGGED: &str =
        r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "net"}}}"#;

    #[test]
    fn what_did_not_deny_does_not_deny_again() {
        let mut request = Request::new(Principal::parse("arn:aws:iam::111122223333:user/ana"), "ec2:RunInstances");
        request.context = Context::partly_known();
        let moving: &[&str] = &["aws:principaltag/team"];
        for (old, new, moving, expected) in [
            (format!("{ALLOW},{BY_TAG}"), format!("{ALLOW},{BY_TAG}"), &[][..], Verdict::Allowed),
            (format!("{ALLOW},{BY_TAG}"), format!("{ALLOW},{BY_TAG}"), moving, Verdict::Unknown),
            (format!("{ALLOW},{BY_TAG}"), format!("{ALLOW},{OTHER_TAG}"), &[], Verdict::Unknown),
            (ALLOW.to_owned(), format!("{ALLOW},{BY_TAG}"), &[], Verdict::Unknown),
            (ALLOW_TAGGED.to_owned(), ALLOW_TAGGED.to_owned(), &[], Verdict::Allowed),
            (ALLOW.to_owned(), ALLOW_TAGGED.to_owned(), &[], Verdict::Unknown),
            (ALLOW_TAGGED.to_owned(), BY_TAG.to_owned(), &[], Verdict::ImplicitlyDenied),
        ] {
            let (before, after) = (evaluator(&old), evaluator(&new));
            let passed = GotThrough { evaluator: &before, request: &request, moving };
            let (verdict, keys) = after.decide_again(&request, passed);
            assert_eq!(verdict, expected, "{old} → {new}");
            assert_eq!(keys.contains("aws:principaltag/team"), verdict == Verdict::Unknown);
        }
    }

    #[test]
    fn keys_and_resources_that_matter() {
        let named = r#"{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::a/${aws:username}", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#;
        let evaluator = evaluator(&format!("{ALLOW},{named}"));
        assert_eq!(evaluator.keys().into_iter().collect::<Vec<_>>(), ["aws:securetransport", "aws:username"]);
        assert!(evaluator.names_resources());
    }

    #[test]
    fn a_resource_that_is_not_on_record_gives_no_verdict() {
        let named = r#"{"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::*:role/Protected"}"#;
        let evaluator = evaluator(&format!("{ALLOW},{named}"));
        let mut request = Request::new(Principal::parse("arn:aws:iam::111122223333:user/ana"), "iam:DeleteRole");
        for (resource, gap, expected) in [
            ("", Some(0), Verdict::Unknown),
            ("arn:aws:iam::111122223333:role/Protected", Some(31), Verdict::Unknown),
            ("arn:aws:iam::111122223333:role/Other", Some(31), Verdict::Allowed),
            ("arn:aws:iam::111122223333:role/Protected", None, Verdict::ExplicitlyDenied),
        ] {
            (request.resource, request.resource_gap) = (resource.to_owned(), gap);
            let why = evaluator.explain(&request);
            assert_eq!(why.verdict, expected, "{resource}");
            assert_eq!(why.unknown_keys.contains(&crate::RESOURCE.to_owned()), expected == Verdict::Unknown);
        }
    }
}
