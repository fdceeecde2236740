//! AWS Organizations: billing transfers. E-mail addresses stay out.

use super::Ask;
use super::doc::{object, text};
use crate::organizations::pages;
use aws_sdk_organizations::types::{ResponsibilityTransfer, ResponsibilityTransferType, TransferParticipant};
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per transfer of somebody else's bill to this organization, named by its id.
pub(super) async fn inbound(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client = ask.cloud.organizations(ask.by).await?;
    let call = || client.list_inbound_responsibility_transfers().r#type(ResponsibilityTransferType::Billing);
    Ok(facts(&pages!(ask.cloud, ask.by, ask.kind, call(), responsibility_transfers)))
}

/// One document per transfer of this organization's bill to another, named by its id.
pub(super) async fn outbound(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client = ask.cloud.organizations(ask.by).await?;
    let call = || client.list_outbound_responsibility_transfers().r#type(ResponsibilityTransferType::Billing);
    Ok(facts(&pages!(ask.cloud, ask.by, ask.kind, call(), responsibility_transfers)))
}

fn facts(transfers: &[ResponsibilityTransfer]) -> Vec<FactDoc> {
    transfers.iter().map(|transfer| FactDoc { name: transfer.id().unwrap_or_default().to_owned(), doc: doc(transfer) }).collect()
}

fn doc(transfer: &ResponsibilityTransfer) -> Value {
    let side = |side: &TransferParticipant| object([("ManagementAccountId", text(side.management_account_id()))]);
    object([
        ("Id", text(transfer.id())),
        ("Name", text(transfer.name())),
        ("Status", text(transfer.status().map(|status| status.as_str()))),
        ("Source", transfer.source().map(side)),
        ("Target", transfer.target().map(side)),
    ])
}
