//! Where discovery could not look, and what nobody looked for.

use super::gap::{Gaps, listed};
use super::seen::Seen;
use super::{baseline, iam, recording, resources, sharing, sign_in};
use orgkit_model::{Account, AccountState, LOOKUP_EVENTS, Outcome};
use std::collections::BTreeMap;

/// The kinds that a world is made of, with what they tell.
const KINDS: [(&str, &str); 14] = [
    (iam::KIND, "IAM roles and policies"),
    (recording::TRAILS, "trails"),
    (recording::TRAIL_STATUS, "whether trails log"),
    (recording::RECORDERS, "AWS Config"),
    (recording::RECORDER_STATUS, "whether AWS Config records"),
    (recording::CHANNELS, "where AWS Config delivers"),
    (baseline::STATUS, "Amazon Inspector in accounts"),
    (sharing::KIND, "resource shares"),
    (sharing::SHARES, "who may keep resource shares"),
    (sharing::RESOURCES, "what is shared in resource shares"),
    (resources::SAVINGS_PLANS, "Savings Plans"),
    (sign_in::KIND, "permission sets of IAM Identity Center"),
    (crate::services::cloudformation::STACK_SET, "StackSets"),
    (LOOKUP_EVENTS, "the calls that were made"),
];

/// Says what was not seen.
pub(super) fn tell(seen: &Seen<'_>, gaps: &mut Gaps) {
    let never: Vec<&str> = KINDS.iter().filter(|(kind, _)| !seen.was_asked(kind)).map(|(_, what)| *what).collect();
    if !never.is_empty() {
        gaps.unseen(format!("Discovery did not ask for some things at all, and the world has none of them: {}.", never.join(", ")));
    }
    gaps.unseen("Only the resource types that were asked for are in the world.");
    tell_target(seen, gaps);
    let sources = seen.estate.sources.iter().flat_map(|source| source.accounts.values());
    let target = seen.estate.target.accounts.get(&seen.estate.target.organization.management_account);
    for account in target.into_iter().chain(sources).chain(&seen.estate.standalone) {
        tell_account(seen, account, gaps);
    }
}

/// Discovery looks into the target's management account and no other of its accounts.
fn tell_target(seen: &Seen<'_>, gaps: &mut Gaps) {
    let target = &seen.estate.target;
    let others = target.accounts.len().saturating_sub(1);
    if others > 0 {
        gaps.unseen(format!(
            "{others} accounts of the target {} were not looked into; in the world they are empty.",
            target.organization.id
        ));
    }
    gaps.unseen(format!(
        "Of the target's management account {} only what must be there before anybody moves in was looked at.",
        seen.named(&target.organization.management_account)
    ));
}

fn tell_account(seen: &Seen<'_>, account: &Account, gaps: &mut Gaps) {
    let who = seen.named(&account.id);
    if account.state != AccountState::Active {
        gaps.unseen(format!(
            "Account {who} is not active, so nothing in it was seen; in the world it has no more than its organization gave it."
        ));
        return;
    }
    let mut by_reason: BTreeMap<String, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for look in seen.looks_in(&account.id) {
        let reason = match &look.outcome {
            Outcome::Denied { action } => format!("nobody could look, `{action}` is not allowed"),
            Outcome::Failed { reason } => format!("nobody could look, {reason}"),
            Outcome::Partial { reason, .. } => format!("not everything was seen, {reason}"),
            Outcome::Collected { .. } | Outcome::Empty | Outcome::NotAvailable { .. } => continue,
        };
        by_reason.entry(reason).or_default().entry(&look.kind).or_default().extend(look.region.as_deref());
    }
    let is_locked = seen.is_locked(account);
    for (reason, kinds) in by_reason {
        let what: Vec<String> = kinds.iter().map(|(kind, regions)| in_regions(kind, regions)).collect();
        if is_locked {
            gaps.unseen(format!("Account {who} could not be entered, and cannot be in the world: {reason}."));
        } else {
            gaps.unseen(format!("In account {who}: {reason}: {}.", listed(&what)));
        }
    }
}

fn in_regions(kind: &str, regions: &[&str]) -> String {
    if regions.is_empty() { kind.to_owned() } else { format!("{kind} in {}", regions.join(" and ")) }
}
