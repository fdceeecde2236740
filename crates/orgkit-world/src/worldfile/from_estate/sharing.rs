//! Resource shares of AWS RAM, of which an estate has the principals.

use super::places::Places;
use super::seen::{Seen, text};
use crate::worldfile::{OrganizationSpec, ShareSpec};
use orgkit_model::{AccountId, Fact};
use std::collections::BTreeMap;

/// The facts of RAM: which principals have which share.
pub(super) const KIND: &str = "ram:GetResourceShareAssociations";

/// The shares that an account owns, with the principals that have them.
pub(super) fn shares(seen: &Seen<'_>, account: &AccountId, within: Option<(&OrganizationSpec, &Places<'_>)>) -> Vec<ShareSpec> {
    let mut shares: BTreeMap<&str, ShareSpec> = BTreeMap::new();
    for fact in seen.facts(account, KIND) {
        let associated = text(&fact.doc, "status") == Some("ASSOCIATED") && text(&fact.doc, "associationType") == Some("PRINCIPAL");
        let (Some(arn), Some(entity)) = (text(&fact.doc, "resourceShareArn"), text(&fact.doc, "associatedEntity")) else { continue };
        let own = arn.split(':').nth(4) == Some(account.as_str());
        if let Some(empty) = empty(fact, arn).filter(|_| associated && own) {
            let share = shares.entry(arn).or_insert(empty);
            share.principals.push(principal(entity, within));
            share.allow_external_principals |= fact.doc.get("external").and_then(serde_json::Value::as_bool).unwrap_or(false);
        }
    }
    shares.into_values().collect()
}

fn empty(fact: &Fact, arn: &str) -> Option<ShareSpec> {
    Some(ShareSpec {
        name: text(&fact.doc, "resourceShareName")?.to_owned(),
        region: fact.region.clone()?,
        id: Some(arn.rsplit('/').next()?.to_owned()),
        principals: Vec::new(),
        resources: Vec::new(),
        allow_external_principals: false,
        retain_sharing_on_account_leave: false,
    })
}

/// `Organization` or a unit's path for the ARN of the account's own organization; everything else as RAM has it.
fn principal(entity: &str, within: Option<(&OrganizationSpec, &Places<'_>)>) -> String {
    let Some((organization, places)) = within else { return entity.to_owned() };
    let arn = |rest: &str| format!("arn:aws:organizations::{}:{rest}", organization.management);
    if entity == arn(&format!("organization/{}", organization.id)) {
        return "Organization".to_owned();
    }
    let unit = entity.strip_prefix(&arn(&format!("ou/{}/", organization.id))).and_then(|unit| places.path(unit));
    unit.unwrap_or(entity).to_owned()
}
