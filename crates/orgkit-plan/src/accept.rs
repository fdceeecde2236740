//! Findings that a person accepted by name: they stay findings, and no gate waits for them.

use crate::input::PlanInput;
use orgkit_iam::glob_matches;
use orgkit_model::{Accepted, Finding};

/// The blocking findings that were accepted, and all that were not.
pub(crate) fn split(input: &PlanInput<'_>) -> (Vec<Accepted>, Vec<Finding>) {
    let (mut accepted, mut open) = (Vec::new(), Vec::new());
    for finding in input.findings {
        match acceptance(input, finding) {
            Some(because) => accepted.push(Accepted {
                account: finding.account.clone(),
                code: finding.code.clone(),
                subject: finding.subject.clone(),
                title: finding.title.clone(),
                because: because.to_owned(),
            }),
            None => open.push(finding.clone()),
        }
    }
    accepted.sort_by(|a, b| (&a.account, &a.code, &a.subject).cmp(&(&b.account, &b.code, &b.subject)));
    (accepted, open)
}

/// Why a finding is accepted, if it is. Only what blocks a move has to be.
fn acceptance<'a>(input: &'a PlanInput<'_>, finding: &Finding) -> Option<&'a str> {
    let is_meant =
        |account, code: &str, subject: &str| account == &finding.account && code == finding.code && glob_matches(subject, &finding.subject);
    let mut accepts = input.options.accept.iter().filter(|_| finding.blocks_move);
    accepts.find(|accept| is_meant(&accept.account, &accept.code, &accept.subject)).map(|accept| accept.because.as_str())
}
