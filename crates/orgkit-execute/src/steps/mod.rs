//! The steps: for each kind of action how its goal is looked for, how it is acted on, how it is taken back, and what a person does when orgkit
//! cannot go on. One file per kind.

mod access;
mod back;
mod delegation;
mod enrol;
mod gate;
mod invitation;
mod membership;
mod organization;
mod placement;
mod policy;
mod runbook;
mod site;
mod stacks;
mod trust;
mod unit;

pub(crate) use runbook::runbook;
use site::refused;
pub use site::{Look, Site};

use back::Home;
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{Action, Step};

impl<C: CloudChange> Site<'_, C> {
    /// Whether the step's goal holds, from reads alone.
    ///
    /// # Errors
    /// A read that failed: then nothing is known.
    pub async fn look(&self, step: &Step) -> Result<Look, CloudError> {
        match &step.action {
            Action::CreateUnit { path } => self.look_for_unit(path).await,
            Action::ApplyPolicy { name, kind, content, unit } => self.look_at_applied(step, name, *kind, content, unit).await,
            Action::UpdatePolicy { policy, name, content, .. } => self.look_at_policy(step, policy, name, content).await,
            Action::RetainStacks { stack_set, region } => self.look_at_stacks(step, stack_set, region, true).await,
            Action::DeregisterDelegatedAdministrator { service } => self.look_for_administrator(step, service, false).await,
            Action::OpenAccess { role } => self.look_for_way_in(step, role).await,
            Action::Invite => self.look_for_invitation(step).await,
            Action::Accept => self.look_for_member(step).await,
            Action::MoveToUnit { unit } => self.look_at_place(step, unit).await,
            Action::Enrol { region, .. } => self.look_at_enrolment(step, region).await,
            Action::TransferTrust { role, content, .. } => self.look_at_trust(step, role, content, true).await,
            Action::Return { organization, management, role, part } => {
                self.look_back(step, Home { organization, management, role }, part).await
            }
            Action::DeleteOrganization { organization } => self.look_for_organization(step, organization).await,
            // INVARIANT: the executor asks people about gates and witnesses about proofs; neither is looked at here.
            Action::Gate(_) | Action::ProveBaseline => Ok(Look::new(false, "", &[])),
        }
    }

    /// Makes the step's change.
    ///
    /// # Errors
    /// What the cloud said; an error of the class [`orgkit_model::ErrorClass::Ambiguous`] may have had its effect.
    pub async fn act(&self, step: &Step) -> Result<(), CloudError> {
        match &step.action {
            Action::CreateUnit { path } => self.create_unit(step, path).await,
            Action::ApplyPolicy { name, kind, content, unit } => self.apply_policy(step, name, *kind, content, unit).await,
            Action::UpdatePolicy { policy, content, .. } => self.cloud.update_policy(&step.by, policy, content).await,
            Action::RetainStacks { stack_set, region } => self.cloud.retain_stacks(&step.by, region, stack_set).await,
            Action::DeregisterDelegatedAdministrator { service } => self.deregister(step, service).await,
            Action::OpenAccess { role } => self.open_access(step, role).await,
            Action::Invite => self.invite(step).await,
            Action::Accept => self.accept(step).await,
            Action::MoveToUnit { unit } => self.place(step, unit).await,
            Action::Enrol { unit, region, automatic } => self.enrol(step, unit, region, *automatic).await,
            Action::TransferTrust { role, content, previous } => self.set_trust(step, role, previous, content).await,
            Action::Return { organization, management, role, part } => {
                self.go_back(step, Home { organization, management, role }, part).await
            }
            Action::DeleteOrganization { organization } => self.delete_organization(step, organization).await,
            // INVARIANT: as in `look`.
            Action::Gate(_) | Action::ProveBaseline => Ok(()),
        }
    }

    /// Whether the step is taken back, from reads alone.
    ///
    /// # Errors
    /// A read that failed, or a kind of step that cannot be taken back.
    pub async fn look_undone(&self, step: &Step) -> Result<Look, CloudError> {
        match &step.action {
            Action::CreateUnit { path } => self.look_for_no_unit(path).await,
            Action::ApplyPolicy { name, kind, unit, .. } => self.look_at_unapplied(step, name, *kind, unit).await,
            Action::UpdatePolicy { policy, name, previous, .. } => self.look_at_policy(step, policy, name, previous).await,
            Action::RetainStacks { stack_set, region } => self.look_at_stacks(step, stack_set, region, false).await,
            Action::DeregisterDelegatedAdministrator { service } => self.look_for_administrator(step, service, true).await,
            Action::OpenAccess { role } => self.look_for_no_way_in(step, role).await,
            Action::Invite => self.look_for_no_invitation(step).await,
            Action::MoveToUnit { .. } => self.look_at_place(step, &[]).await,
            Action::Enrol { region, .. } => self.look_at_no_enrolment(step, region).await,
            Action::TransferTrust { role, previous, .. } => self.look_at_trust(step, role, previous, false).await,
            Action::Return { organization, management, role, part } => {
                self.look_back_undone(step, Home { organization, management, role }, part).await
            }
            // Neither changed anything.
            Action::Gate(_) | Action::ProveBaseline => Ok(Look::new(true, "nothing was changed", &[])),
            Action::Accept | Action::DeleteOrganization { .. } => Err(no_undo(step)),
        }
    }

    /// Takes the step back.
    ///
    /// # Errors
    /// As [`Site::act`].
    pub async fn undo(&self, step: &Step) -> Result<(), CloudError> {
        match &step.action {
            Action::CreateUnit { path } => self.delete_unit(step, path).await,
            Action::ApplyPolicy { name, kind, content, unit } => self.withdraw_policy(step, name, *kind, content, unit).await,
            Action::UpdatePolicy { policy, previous, .. } => self.cloud.update_policy(&step.by, policy, previous).await,
            Action::RetainStacks { stack_set, region } => self.cloud.release_stacks(&step.by, region, stack_set).await,
            Action::DeregisterDelegatedAdministrator { service } => self.register(step, service).await,
            Action::OpenAccess { role } => self.close_access(step, role).await,
            Action::Invite => self.cancel_invitation(step).await,
            Action::MoveToUnit { .. } => self.place(step, &[]).await,
            Action::TransferTrust { role, content, previous } => self.set_trust(step, role, content, previous).await,
            Action::Return { organization, management, role, part } => {
                self.undo_back(step, Home { organization, management, role }, part).await
            }
            Action::Gate(_) | Action::ProveBaseline => Ok(()),
            // An account leaves Control Tower with its unit.
            Action::Enrol { .. } | Action::Accept | Action::DeleteOrganization { .. } => Err(no_undo(step)),
        }
    }
}

fn no_undo(step: &Step) -> CloudError {
    refused(step, "NoUndo", format!("`{}` cannot be taken back by orgkit", step.title))
}
