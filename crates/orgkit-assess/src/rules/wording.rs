//! From a rule's verdict to a finding: the words come from the pack's manifest, never from the component.

use orgkit_model::{AccountId, Evidence, Finding, Severity, Status};
use orgkit_packs::{CodeEntry, Rule};
use orgkit_plugin_host::{FactIndex, FactRef, Gap, RawFinding};

/// The code of findings that say that nobody knows.
const UNDETERMINED: &str = "undetermined";

/// What a finding is about.
enum About {
    Fact(FactRef),
    Account { account: AccountId, region: Option<String>, kind: String },
}

/// A verdict about a fact, or about an account where there is no fact to speak of.
pub(super) struct Verdict {
    about: About,
    raw: RawFinding,
}

impl Verdict {
    /// What a rule said.
    pub(super) fn said(raw: RawFinding) -> Self {
        Self { about: About::Fact(raw.about), raw }
    }

    /// A subject about which the rule said nothing.
    pub(super) fn silent(subject: FactRef) -> Self {
        Self { about: About::Fact(subject), raw: undetermined(subject, "the rule said nothing about it".to_owned()) }
    }

    /// A pass of a rule that could not see everything.
    pub(super) fn hidden(raw: RawFinding, gap: &Gap) -> Self {
        let mut hidden = undetermined(raw.about, describe(gap));
        hidden.args.extend(raw.args);
        Self { about: About::Fact(raw.about), raw: hidden }
    }

    /// A place where there may be subjects.
    pub(super) fn unseen(account: &AccountId, gap: Gap) -> Self {
        let raw = undetermined(0, describe(&gap));
        Self { about: About::Account { account: account.clone(), region: gap.region, kind: gap.kind }, raw }
    }

    /// A rule that gave no answer.
    pub(super) fn failed(account: &AccountId, kinds: &[String], reason: String) -> Self {
        let kind = kinds.first().cloned().unwrap_or_default();
        Self { about: About::Account { account: account.clone(), region: None, kind }, raw: undetermined(0, reason) }
    }

    pub(super) fn status(&self) -> Status {
        self.raw.status
    }

    /// One line for people.
    pub(super) fn title(&self, rule: &Rule, index: &FactIndex) -> String {
        let place = Place::of(&self.about, index);
        match (self.raw.status, rule.codes.get(&self.raw.code)) {
            (Status::Undetermined, _) => format!("{}: cannot be told: {}", rule.title, plain(self.arg("reason"))),
            (_, Some(code)) => fill(&code.message, &self.raw.args, &place),
            (_, None) => rule.title.clone(),
        }
    }

    pub(super) fn into_finding(self, rule: &Rule, index: &FactIndex) -> Finding {
        let this = self.declared(rule);
        let place = Place::of(&this.about, index);
        let entry = rule.codes.get(&this.raw.code);
        Finding {
            code: format!("{}/{}", rule.id, this.raw.code),
            severity: this.severity(rule, entry),
            status: this.raw.status,
            title: this.title(rule, index),
            remedy: entry.map_or_else(|| remedy(&this.raw).to_owned(), |entry| entry.remedy.clone()),
            blocks_move: match entry {
                Some(entry) => entry.blocks_move,
                // Nobody knows that nothing blocks.
                None => rule.codes.values().any(|entry| entry.blocks_move),
            },
            evidence: this.raw.evidence.iter().filter_map(|evidence| rests_on(evidence, index)).collect(),
            covers: rule.covers.clone(),
            account: place.account,
            region: place.region,
            kind: place.kind,
            subject: place.subject,
        }
    }

    /// A failure needs a code that the manifest has words for.
    fn declared(mut self, rule: &Rule) -> Self {
        if self.raw.status == Status::Fail && !rule.codes.contains_key(&self.raw.code) {
            let reason = format!("the rule answered `{}`, which its pack does not declare", plain(&self.raw.code));
            self.raw = RawFinding { evidence: self.raw.evidence, ..undetermined(self.raw.about, reason) };
        } else if self.raw.status == Status::Undetermined {
            self.raw.code = UNDETERMINED.to_owned();
        }
        self
    }

    fn severity(&self, rule: &Rule, entry: Option<&CodeEntry>) -> Severity {
        let stated = entry.and_then(|entry| entry.severity).unwrap_or(rule.severity);
        let allowed = |asked: &Severity| rule.severity_range.is_some_and(|(least, most)| (least..=most).contains(asked));
        self.raw.severity.filter(allowed).unwrap_or(stated)
    }

    fn arg(&self, name: &str) -> &str {
        self.raw.args.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// What a finding names.
struct Place {
    account: AccountId,
    region: Option<String>,
    kind: String,
    subject: String,
}

impl Place {
    fn of(about: &About, index: &FactIndex) -> Self {
        match about {
            About::Account { account, region, kind } => {
                Self { account: account.clone(), region: region.clone(), kind: kind.clone(), subject: account.to_string() }
            }
            About::Fact(at) => {
                // INVARIANT: the host refuses answers about facts that it did not give out of this index.
                #[expect(clippy::expect_used, reason = "stated invariant")]
                let fact = index.fact(*at).expect("a fact of the index");
                Self { account: fact.account.clone(), region: fact.region.clone(), kind: fact.kind.clone(), subject: fact.name.clone() }
            }
        }
    }
}

fn undetermined(about: FactRef, reason: String) -> RawFinding {
    RawFinding {
        about,
        status: Status::Undetermined,
        code: UNDETERMINED.to_owned(),
        severity: None,
        args: vec![("reason".to_owned(), reason)],
        evidence: Vec::new(),
    }
}

fn describe(gap: &Gap) -> String {
    let place = gap.region.as_ref().map_or_else(String::new, |region| format!(" in {region}"));
    let account = if gap.account.is_empty() { String::new() } else { format!(" of {}", gap.account) };
    format!("{}{account}{place}: {}", gap.kind, gap.reason)
}

fn remedy(raw: &RawFinding) -> &'static str {
    if raw.status == Status::Undetermined {
        "Remove the reason and look again, or check by hand and accept the finding by name."
    } else {
        ""
    }
}

fn rests_on(evidence: &orgkit_plugin_host::RawEvidence, index: &FactIndex) -> Option<Evidence> {
    let fact = index.fact(evidence.at)?;
    Some(Evidence {
        call: fact.kind.clone(),
        account: fact.account.clone(),
        region: fact.region.clone(),
        name: fact.name.clone(),
        pointer: evidence.pointer.clone(),
        observed: plain(&evidence.observed),
    })
}

/// Puts values in the place of `{name}`.
fn fill(message: &str, args: &[(String, String)], place: &Place) -> String {
    let value = |name: &str| match name {
        "subject" => Some(place.subject.clone()),
        "account" => Some(place.account.to_string()),
        "region" => place.region.clone(),
        _ => args.iter().find(|(key, _)| key == name).map(|(_, value)| plain(value)),
    };
    let mut filled = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                filled.push_str(&value(name).unwrap_or_else(|| "?".to_owned()));
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Makes control characters visible: a component's text must not steer a terminal.
fn plain(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}
