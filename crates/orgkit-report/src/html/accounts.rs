//! The accounts: what each was, where it is now, and in which place it joined.

use super::page::Context;
use crate::closing_text::status;
use crate::summary::{AccountResult, AccountStatus};
use crate::words;
use maud::{Markup, html};
use orgkit_model::AccountId;
use std::collections::BTreeMap;

/// The accounts that the plan moves, in a table.
pub(super) fn section(context: &Context<'_>) -> Markup {
    let accounts = &context.summary.accounts;
    if accounts.is_empty() {
        return html! { p.quiet { "The plan moves no account." } };
    }
    let order = context.run.joined.iter().zip(1..).collect();
    if !context.is_large() {
        return table(accounts, &order);
    }
    html! { details { summary { "All " (accounts.len()) " accounts" } (table(accounts, &order)) } }
}

fn table(accounts: &[AccountResult], order: &BTreeMap<&AccountId, u32>) -> Markup {
    html! {
        table.stack {
            thead { tr { th scope="col" { "Account" } th scope="col" { "Was" } th scope="col" { "Status" } th scope="col" { "Now in" } th scope="col" { "Joined" } } }
            tbody {
                @for account in accounts {
                    tr {
                        th scope="row" { span.name { (account.name) } " " code { (account.id) } }
                        td data-label="Was" { (words::was(account.was)) }
                        td data-label="Status" { span.tag.(tone(account.status)) { (status(account.status)) } }
                        td data-label="Now in" { div { (account.unit.as_deref().unwrap_or("no organization")) @if let Some(organization) = &account.organization { span.meta { code { (organization) } } } } }
                        td data-label="Joined" { @match order.get(&account.id) { Some(place) => { "no. " (place) } None => "–" } }
                    }
                }
            }
        }
    }
}

fn tone(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Migrated => "ok",
        AccountStatus::Joined => "warn",
        AccountStatus::Pending | AccountStatus::Excused => "idle",
        AccountStatus::Failed => "bad",
    }
}
