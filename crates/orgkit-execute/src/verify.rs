//! Verification: what the plan promised against what the organizations say now.

use orgkit_model::{AccountId, Amendment, OrganizationId, OrganizationSnapshot, Placement, Plan, Proof, Status, Verified, Was};

/// What is to be said of each account of the plan, from snapshots that were read after the last step.
pub fn verify(plan: &Plan, target: &OrganizationSnapshot, sources: &[OrganizationSnapshot], proofs: &[Proof]) -> Vec<Verified> {
    plan.placements.iter().map(|placement| verify_one(plan, placement, target, sources, proofs)).collect()
}

fn verify_one(
    plan: &Plan,
    placement: &Placement,
    target: &OrganizationSnapshot,
    sources: &[OrganizationSnapshot],
    proofs: &[Proof],
) -> Verified {
    let account = &placement.account;
    let said = |ok, detail: String| Verified { account: account.clone(), ok, detail };
    let Some(parent) = target.parents.get(account) else {
        return said(false, format!("{} does not list it", plan.target));
    };
    let unit = target.unit_path(parent);
    if unit != placement.unit {
        return said(false, format!("it is in {}, not in {}", path(&unit), path(&placement.unit)));
    }
    if let Some(source) = still_listed(sources, account) {
        return said(false, format!("{source} still lists it"));
    }
    let still_there = |id: &OrganizationId| sources.iter().any(|source| &source.organization.id == id);
    if placement.was == Was::Management && placement.from.as_ref().is_some_and(still_there) {
        return said(false, "its old organization still exists".to_owned());
    }
    if let Some(open) =
        proofs.iter().find(|proof| &proof.account == account && !matches!(proof.status, Status::Pass | Status::NotApplicable))
    {
        return said(false, open.title.clone());
    }
    said(true, format!("a member of {} in {}", plan.target, path(&unit)))
}

/// What is to be said of an account that went back, from snapshots of both sides; `home` is the organization that it went back to, if it exists.
pub fn verify_return(amendment: &Amendment, target: &OrganizationSnapshot, home: Option<&OrganizationSnapshot>) -> Verified {
    let account = &amendment.account;
    let said = |ok, detail: String| Verified { account: account.clone(), ok, detail };
    let to = amendment.to.as_ref().map_or_else(|| "no organization".to_owned(), ToString::to_string);
    if target.accounts.contains_key(account) {
        return said(false, format!("{} still lists it", target.organization.id));
    }
    let Some(parent) = home.and_then(|home| home.parents.get(account)) else {
        return said(false, format!("{to} does not list it"));
    };
    let unit = home.map(|home| home.unit_path(parent)).unwrap_or_default();
    let detail = format!("back in {to}, in {}", path(&unit));
    said(unit == amendment.unit, detail)
}

fn still_listed<'a>(sources: &'a [OrganizationSnapshot], account: &AccountId) -> Option<&'a OrganizationId> {
    sources.iter().find(|source| source.accounts.contains_key(account)).map(|source| &source.organization.id)
}

fn path(unit: &[String]) -> String {
    if unit.is_empty() { "the root".to_owned() } else { unit.join("/") }
}
