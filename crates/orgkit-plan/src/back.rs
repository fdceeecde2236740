//! Moving back: the way of one account to the organization that it came from.

mod lost;

use jiff::{SignedDuration, Timestamp};
use orgkit_model::{
    AccountId, Action, Amendment, Approval, Estate, Organization, OrganizationId, OrganizationSnapshot, Phase, Placement, Plan, ReturnPart,
    Step, StepClass, StepId, Was, Wave,
};

/// How old an organization must be to take accounts directly from another one [Organizations User Guide, orgs_account_migration; 2026-11].
const DESTINATION_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long an account has to stay where it is before it may change its organization again. AWS has such a limit (botocore
/// `organizations/2016-11-28`, reason `ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED`) and does not say which: an hour is unconfirmed, and
/// AWS may still ask to wait longer.
const STAYS: SignedDuration = SignedDuration::from_hours(1);

/// An account that shall go back, and what is known of it now.
#[derive(Debug, Clone)]
pub struct Returning<'a> {
    /// The plan that moved it.
    pub plan: &'a Plan,
    /// The estate that the plan was made from.
    pub estate: &'a Estate,
    /// The account.
    pub account: &'a AccountId,
    /// When it joined the target, as the target says.
    pub joined_at: Option<Timestamp>,
    /// The organization that its old management account manages now; `None` when there is none.
    pub old: Option<&'a Organization>,
    /// The present.
    pub now: Timestamp,
    /// The role that orgkit makes in accounts that move. The one for the way back has its name with `Return` behind it.
    pub access_role: &'a str,
    /// Who approves it.
    pub by: Approval,
}

/// Why an account cannot go back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnError {
    /// The plan does not move it.
    #[error("the plan does not move account {0}")]
    NotMoved(AccountId),
    /// It was in no organization before.
    #[error("account {0} was in no organization before it moved: there is none that it could go back to")]
    WasAlone(AccountId),
    /// It managed an organization that is deleted.
    #[error("account {account} managed {organization}, which is deleted: nothing brings an organization back")]
    OldManagement {
        /// The account.
        account: AccountId,
        /// The organization.
        organization: OrganizationId,
    },
    /// The organization that it came from is deleted.
    #[error("account {account} came from {organization}, which is deleted: nothing brings an organization back")]
    Deleted {
        /// The account.
        account: AccountId,
        /// The organization.
        organization: OrganizationId,
    },
    /// AWS lets no organization take over an account that is so young.
    #[error("{organization} can take accounts from other organizations from {from} on: it is not seven days old")]
    TooYoung {
        /// The organization.
        organization: OrganizationId,
        /// From when on it can.
        from: Timestamp,
    },
}

/// The way back: a way in for the old management account that was used once, an invitation, its acceptance by the account itself, and the unit
/// that it was in. It can be carried out as soon as every step of the plan that was begun for the account has been looked at.
///
/// Whether AWS has a free seat for it in the old organization is for AWS to say: the account's own became free when it left.
///
/// # Errors
/// [`ReturnError`], when there is no way back.
pub fn return_plan(returning: &Returning<'_>) -> Result<Amendment, ReturnError> {
    let (placement, source) = checked(returning)?;
    let back = Back { returning, placement, source };
    let parent = source.parents.get(returning.account);
    let unit = parent.map(|parent| source.unit_path(parent)).unwrap_or_default();
    let wave = Wave {
        name: format!("return-{}", returning.account),
        phase: Phase::Return,
        accounts: vec![returning.account.clone()],
        steps: back.steps(&unit),
    };
    Ok(Amendment {
        account: returning.account.clone(),
        to: Some(source.organization.id.clone()),
        unit,
        wave,
        lost: lost::lost(returning.estate, source, returning.account),
        by: returning.by.clone(),
    })
}

/// Where the account comes from, if it can go back there.
fn checked<'a>(returning: &Returning<'a>) -> Result<(&'a Placement, &'a OrganizationSnapshot), ReturnError> {
    let account = returning.account;
    let placement = returning.plan.placements.iter().find(|placement| &placement.account == account);
    let placement = placement.ok_or_else(|| ReturnError::NotMoved(account.clone()))?;
    let (Some(organization), Some(source)) = (&placement.from, returning.estate.source_of(account)) else {
        return Err(ReturnError::WasAlone(account.clone()));
    };
    if returning.old.is_none_or(|old| &old.id != organization) {
        let (account, organization) = (account.clone(), organization.clone());
        return Err(match placement.was {
            Was::Management => ReturnError::OldManagement { account, organization },
            Was::Member | Was::Standalone => ReturnError::Deleted { account, organization },
        });
    }
    // An organization is as old as the membership of its management account.
    let management = source.accounts.get(&source.organization.management_account);
    let from = management.and_then(|management| management.joined_at).and_then(|since| since.checked_add(DESTINATION_AGE).ok());
    match from.filter(|from| returning.now < *from) {
        Some(from) => Err(ReturnError::TooYoung { organization: organization.clone(), from }),
        None => Ok((placement, source)),
    }
}

/// Makes the steps of the way back.
struct Back<'a> {
    returning: &'a Returning<'a>,
    placement: &'a Placement,
    source: &'a OrganizationSnapshot,
}

impl Back<'_> {
    fn steps(&self, unit: &[String]) -> Vec<Step> {
        let (account, name) = (self.returning.account, &self.placement.name);
        let Organization { id: organization, management_account: management, .. } = &self.source.organization;
        let title = format!("open role {} to {management}, the old management account, and use it", self.role());
        let access = self.step("access", account, ReturnPart::OpenAccess, StepClass::Reversible, title);
        let invite =
            self.step("invite", management, ReturnPart::Invite, StepClass::Reversible, format!("invite {name} back to {organization}"));
        let accept = self.step("accept", account, ReturnPart::Accept, StepClass::Compensable, format!("accept as {name}: it goes back"));
        let accept = Step { not_before: self.returning.joined_at.and_then(|since| since.checked_add(STAYS).ok()), ..accept };
        let mut steps = vec![access, invite, accept];
        if let Some(parent) = self.source.parents.get(account).filter(|_| !unit.is_empty()) {
            let title = format!("move {name} to {}, where it was", unit.join("/"));
            steps.push(self.step("place", management, ReturnPart::MoveToUnit { unit: parent.clone() }, StepClass::Reversible, title));
        }
        for at in 1..steps.len() {
            let before = steps.get(at - 1).map(|step| step.id.clone());
            if let Some(step) = steps.get_mut(at) {
                step.after.extend(before);
            }
        }
        steps
    }

    /// The role for the old management account. It is not the one that trusts the new one: that stays until the account is back.
    fn role(&self) -> String {
        format!("{}Return", self.returning.access_role)
    }

    fn step(&self, what: &str, by: &AccountId, part: ReturnPart, class: StepClass, title: String) -> Step {
        let organization = &self.source.organization;
        let because = match &part {
            ReturnPart::OpenAccess => "whoever takes an account over has to get in before it comes",
            ReturnPart::Invite | ReturnPart::Accept => "somebody asked for its return",
            ReturnPart::MoveToUnit { .. } => "an account arrives in the root, wherever it was before",
        };
        Step {
            id: StepId(format!("{}/return/{what}", self.returning.account)),
            account: Some(self.returning.account.clone()),
            by: by.clone(),
            action: Action::Return {
                organization: organization.id.clone(),
                management: organization.management_account.clone(),
                role: self.role(),
                part,
            },
            class,
            after: Vec::new(),
            not_before: None,
            title,
            because: because.to_owned(),
            covers: vec!["D8".to_owned()],
        }
    }
}
