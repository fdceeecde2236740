//! Findings on a terminal, the worst first.

use crate::paint::{Paint, line};
use crate::summary::is_open;
use crate::words;
use orgkit_model::{AccountId, Finding, LOOKUP_EVENTS, Severity, Status};
use std::fmt::Write as _;

/// The severities, the worst first.
pub(crate) const SEVERITIES: [Severity; 5] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Informational];

/// What is wrong or could not be looked at, grouped by severity; `name` gives an account's name, where it is known.
pub fn findings_text(findings: &[Finding], name: impl Fn(&AccountId) -> Option<String>, paint: Paint) -> String {
    let open: Vec<_> = findings.iter().filter(|finding| is_open(finding)).collect();
    let mut out = String::new();
    line!(out, "{} {}", paint.bold("Findings:"), counts(&open));
    for severity in SEVERITIES {
        let group: Vec<_> = open.iter().filter(|finding| finding.severity == severity).collect();
        if group.is_empty() {
            continue;
        }
        line!(out);
        line!(out, "{}", heading(severity, group.len(), paint));
        for finding in group {
            one(&mut out, finding, name(&finding.account), paint);
        }
    }
    out
}

/// How many findings there are of each severity: `1 high, 2 low (3 block a move)`.
pub(crate) fn counts(open: &[&Finding]) -> String {
    let of = |severity| open.iter().filter(|finding| finding.severity == severity).count();
    let parts: Vec<_> = SEVERITIES
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| format!("{} {}", of(severity), severity.as_str()))
        .collect();
    if parts.is_empty() {
        return "none".to_owned();
    }
    match open.iter().filter(|finding| finding.blocks_move).count() {
        0 => parts.join(", "),
        1 => format!("{} (1 blocks a move)", parts.join(", ")),
        many => format!("{} ({many} block a move)", parts.join(", ")),
    }
}

fn heading(severity: Severity, number: usize, paint: Paint) -> String {
    let text = format!("{} ({number})", severity.as_str());
    match severity {
        Severity::Critical | Severity::High => paint.red(&text),
        Severity::Medium => paint.yellow(&text),
        Severity::Low | Severity::Informational => paint.bold(&text),
    }
}

fn one(out: &mut String, finding: &Finding, name: Option<String>, paint: Paint) {
    let account = name.map_or_else(|| finding.account.to_string(), |name| format!("{} ({})", words::clean(&name), finding.account));
    let region = finding.region.as_ref().map_or_else(String::new, |region| format!(", {region}"));
    let mut notes = String::new();
    if finding.status == Status::Undetermined {
        notes.push_str("  [could not look]");
    }
    if finding.blocks_move {
        notes.push_str("  [blocks the move]");
    }
    line!(out, "  {}{}", paint.bold(&finding.title), paint.red(&notes));
    line!(out, "    {}  {}", paint.cyan(&account), paint.dim(&format!("{}{region}", finding.code)));
    line!(out, "    {}", paint.dim(&finding.subject));
    // Of a call that was made, how often and when is what a person asks first.
    for evidence in finding.evidence.iter().filter(|evidence| evidence.call == LOOKUP_EVENTS) {
        let region = evidence.region.as_deref().unwrap_or_default();
        line!(out, "    {}", paint.dim(&format!("{} in {region}", words::clean(&evidence.observed))));
    }
    line!(out, "    remedy: {}", words::clean(&finding.remedy));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_come_worst_first_with_their_remedy() {
        let opening = crate::fixture::opening();
        let names = crate::places::Names::of(&opening);
        let text = findings_text(&opening.findings, |id| names.name(id).map(str::to_owned), Paint::plain());
        insta::assert_snapshot!(text, @r"
        Findings: 1 high, 1 medium, 1 low (1 blocks a move)

        high (1)
          a resource share with the organization ends when the account leaves  [blocks the move]
            payments-production (222222222222)  standard/shares/breaks-on-leaving, eu-central-1
            arn:aws:ram:eu-central-1:222222222222:resource-share/7ab63972-b505-7e2a-420d-6f5d3EXAMPLE
            remedy: Share with the account ids instead, and let both sides accept, before the move.

        medium (1)
          AWS Config could not be looked at  [could not look]
            payments-production (222222222222)  standard/config/recorder-unknown, eu-central-1
            arn:aws:ram:eu-central-1:222222222222:resource-share/7ab63972-b505-7e2a-420d-6f5d3EXAMPLE
            remedy: Allow `config:DescribeDeliveryChannels` to the discovery role and discover again.

        low (1)
          the account has no <owner> tag
            sandbox-of-the-data-science-team-in-frankfurt (444444444444)  standard/tags/missing-owner, eu-central-1
            arn:aws:ram:eu-central-1:444444444444:resource-share/7ab63972-b505-7e2a-420d-6f5d3EXAMPLE
            remedy: Tag the account with `owner`.
        ");
    }

    #[test]
    fn nothing_found_is_said() {
        assert_eq!(findings_text(&[], |_| None, Paint::plain()), "Findings: none\n");
    }
}
