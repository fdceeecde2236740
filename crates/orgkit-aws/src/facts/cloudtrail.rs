//! CloudTrail: trails, those of other regions and of the organization included, and whether they deliver.

use super::Ask;
use super::doc::{object, text, time};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::types::Trail;
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per trail that is seen in the region, named by its ARN.
pub(super) async fn trails(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let trails = describe(ask, &client).await?;
    Ok(trails.iter().map(|trail| FactDoc { name: trail.trail_arn().unwrap_or_default().to_owned(), doc: trail_doc(trail) }).collect())
}

/// The status of each trail that is seen in the region, named by the trail's ARN.
pub(super) async fn statuses(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let mut facts = Vec::new();
    for trail in describe(ask, &client).await? {
        let arn = trail.trail_arn().unwrap_or_default();
        let status = ask.cloud.reading(ask.by, ask.kind, || client.get_trail_status().name(arn).send()).await?;
        facts.push(FactDoc { name: arn.to_owned(), doc: status_doc(&status) });
    }
    Ok(facts)
}

async fn describe(ask: Ask<'_>, client: &Client) -> Result<Vec<Trail>, CloudError> {
    let call = || client.describe_trails().include_shadow_trails(true).send();
    let answer = ask.cloud.reading(ask.by, "cloudtrail:DescribeTrails", call).await?;
    Ok(answer.trail_list().to_vec())
}

fn trail_doc(trail: &Trail) -> Value {
    object([
        ("Name", text(trail.name())),
        ("TrailARN", text(trail.trail_arn())),
        ("S3BucketName", text(trail.s3_bucket_name())),
        ("IsMultiRegionTrail", trail.is_multi_region_trail().map(Value::from)),
        ("IsOrganizationTrail", trail.is_organization_trail().map(Value::from)),
        ("LogFileValidationEnabled", trail.log_file_validation_enabled().map(Value::from)),
        ("KmsKeyId", text(trail.kms_key_id())),
        ("HomeRegion", text(trail.home_region())),
    ])
}

fn status_doc(status: &GetTrailStatusOutput) -> Value {
    object([
        ("IsLogging", status.is_logging().map(Value::from)),
        ("LatestDeliveryTime", time(status.latest_delivery_time())),
        ("LatestDeliveryError", text(status.latest_delivery_error())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;
    use serde_json::json;

    #[test]
    fn documents_have_the_names_of_the_wire() {
        let trail = Trail::builder().name("org").trail_arn("arn:t").s3_bucket_name("logs").is_organization_trail(true).build();
        assert_eq!(trail_doc(&trail), json!({"Name": "org", "TrailARN": "arn:t", "S3BucketName": "logs", "IsOrganizationTrail": true}));
        let status = GetTrailStatusOutput::builder().is_logging(true).latest_delivery_time(DateTime::from_secs(0)).build();
        assert_eq!(status_doc(&status), json!({"IsLogging": true, "LatestDeliveryTime": "1970-01-01T00:00:00Z"}));
    }
}
