//! Resource shares of AWS RAM.

use super::places::Places;
use super::seen::{Seen, text};
use crate::worldfile::{OrganizationSpec, ShareSpec};
use orgkit_model::{AccountId, Fact};
use serde_json::Value;
use std::collections::BTreeMap;

/// The facts of RAM: which principals have which share.
pub(super) const KIND: &str = "ram:GetResourceShareAssociations";
/// What shares allow.
pub(super) const SHARES: &str = "ram:GetResourceShares";
/// What is shared.
pub(super) const RESOURCES: &str = "ram:ListResources";

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
            share.allow_external_principals |= fact.doc.get("external").and_then(Value::as_bool).unwrap_or(false);
        }
    }
    for (arn, share) in &mut shares {
        complete(seen, account, arn, share);
    }
    shares.into_values().collect()
}

/// What is in a share, and what it allows.
fn complete(seen: &Seen<'_>, account: &AccountId, arn: &str, share: &mut ShareSpec) {
    let of_share = |fact: &&&Fact| text(&fact.doc, "resourceShareArn") == Some(arn);
    let flag = |doc: &Value, pointer: &str| doc.pointer(pointer).and_then(Value::as_bool) == Some(true);
    if let Some(fact) = seen.facts(account, SHARES).iter().find(of_share) {
        share.allow_external_principals = flag(&fact.doc, "/allowExternalPrincipals");
        share.retain_sharing_on_account_leave = flag(&fact.doc, "/resourceShareConfiguration/retainSharingOnAccountLeaveOrganization");
    }
    let resources = seen.facts(account, RESOURCES).iter().filter(of_share);
    share.resources = resources.filter_map(|fact| text(&fact.doc, "arn")).map(str::to_owned).collect();
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
