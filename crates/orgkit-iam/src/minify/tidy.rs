//! Within one statement: nothing is said twice.

use super::Part;

/// Leaves out every action, resource and value that another one of the same list includes, and conditions that stand twice.
pub(super) fn tidy(part: &mut Part) {
    let claim = &mut part.claim;
    claim.actions.absorb();
    claim.resources.absorb();
    for requirement in &mut claim.requirements {
        requirement.absorb();
    }
    let mut kept: Vec<crate::claim::Requirement> = Vec::new();
    for requirement in std::mem::take(&mut claim.requirements) {
        if !kept.iter().any(|one| one.parts() == requirement.parts()) {
            kept.push(requirement);
        }
    }
    claim.requirements = kept;
}
