//! Savings Plans: commitments that travel with the account that bought them.

use super::Ask;
use super::doc::{object, text};
use crate::organizations::pages;
use orgkit_cloud::{CloudError, FactDoc};

/// One document per Savings Plan, named by its ARN.
pub(super) async fn plans(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_savingsplans::Client = ask.cloud.client(ask.by, None).await?;
    let plans = pages!(ask.cloud, ask.by, ask.kind, client.describe_savings_plans(), savings_plans);
    let facts = plans.iter().map(|plan| {
        let doc = object([
            ("savingsPlanArn", text(plan.savings_plan_arn())),
            ("savingsPlanType", text(plan.savings_plan_type().map(|kind| kind.as_str()))),
            ("state", text(plan.state().map(|state| state.as_str()))),
            ("commitment", text(plan.commitment())),
            ("end", text(plan.end())),
        ]);
        FactDoc { name: plan.savings_plan_arn().unwrap_or_default().to_owned(), doc }
    });
    Ok(facts.collect())
}
