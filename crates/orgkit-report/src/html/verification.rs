//! What was read again at the end, per account.

use super::page::{Context, prose};
use super::steps::proofs;
use crate::words;
use maud::{Markup, html};
use orgkit_model::{AccountId, Proof, Verification, Verified};
use std::collections::BTreeMap;

/// What was read of one account, and what rules said of it.
#[derive(Default)]
struct Seen<'a> {
    verified: Vec<&'a Verified>,
    proofs: Vec<Proof>,
}

/// The last verification.
pub(super) fn section(context: &Context<'_>) -> Markup {
    let Some(last) = &context.run.verification else {
        return html! { p.quiet { "The estates were not read again yet, so nothing is verified." } };
    };
    let accounts = by_account(last);
    let wrong = accounts.values().filter(|seen| seen.verified.iter().any(|verified| !verified.ok)).count();
    let table = table(context, &accounts);
    html! {
        p {
            "Both estates were read again at " (words::time(last.at)) ": "
            @if wrong == 0 { "all is as planned for " (words::count(accounts.len(), "account")) "." }
            @else { (wrong) " of " (words::count(accounts.len(), "account")) " not as planned." }
        }
        @if context.is_large() { details open[wrong > 0] { summary { "All " (accounts.len()) " accounts" } (table) } } @else { (table) }
    }
}

fn by_account(last: &Verification) -> BTreeMap<&AccountId, Seen<'_>> {
    let mut accounts: BTreeMap<&AccountId, Seen<'_>> = BTreeMap::new();
    for verified in &last.accounts {
        accounts.entry(&verified.account).or_default().verified.push(verified);
    }
    for proof in &last.proofs {
        accounts.entry(&proof.account).or_default().proofs.push(proof.clone());
    }
    accounts
}

fn table(context: &Context<'_>, accounts: &BTreeMap<&AccountId, Seen<'_>>) -> Markup {
    let mut rows: Vec<_> = accounts.iter().collect();
    rows.sort_by_key(|(_, seen)| seen.verified.iter().all(|verified| verified.ok));
    html! {
        table.stack {
            thead { tr { th scope="col" { "Account" } th scope="col" { "What was read" } } }
            tbody {
                @for (account, seen) in rows {
                    tr {
                        th scope="row" { (context.account(account)) }
                        td data-label="Read" {
                            ul.proofs {
                                @for verified in &seen.verified {
                                    li {
                                        span.tag.(if verified.ok { "ok" } else { "bad" }) { (if verified.ok { "as planned" } else { "not as planned" }) }
                                        " " (prose(&verified.detail))
                                    }
                                }
                            }
                            (proofs(&seen.proofs))
                        }
                    }
                }
            }
        }
    }
}
