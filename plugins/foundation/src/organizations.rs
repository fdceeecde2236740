//! The organizations on both sides, from `organizations:DescribeOrganization`.

use orgkit_policy_sdk::{Context, Unknown, facts};

/// An organization and its management account.
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) management: String,
}

/// The organizations to move out of.
pub(crate) fn sources() -> Result<Vec<Organization>, Unknown> {
    let mut sources = Vec::new();
    for fact in facts::find("organizations:DescribeOrganization", None)? {
        let doc = facts::document(&fact)?;
        let text = |name: &str| doc.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        if text("Role") == "source" {
            sources.push(Organization { id: text("Id"), management: text("MasterAccountId") });
        }
    }
    Ok(sources)
}

/// The id of the organization to move into, or a word that no policy contains.
pub(crate) fn target(ctx: &Context) -> &str {
    ctx.target_org.as_deref().filter(|id| !id.is_empty()).unwrap_or("\u{0}")
}
