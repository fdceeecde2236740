//! CloudTrail's event history, page by page.

use crate::cloud::AwsCloud;
use aws_sdk_cloudtrail::Client;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use orgkit_cloud::{CloudError, EventPage};
use orgkit_model::AccountId;
use std::time::Duration;

/// The most events in a page [CloudTrail API Reference, LookupEvents].
const PAGE: i32 = 50;

/// `LookupEvents` is answered twice a second for each account and region; whoever asks faster is refused [CloudTrail API Reference, LookupEvents].
const PACE: Duration = Duration::from_millis(500);

/// One page, the newest events first.
pub(crate) async fn events(
    cloud: &AwsCloud,
    by: &AccountId,
    region: &str,
    (since, until): (Timestamp, Timestamp),
    next: Option<String>,
) -> Result<EventPage, CloudError> {
    let client: Client = cloud.client(by, Some(region)).await?;
    if next.is_some() {
        cloud.sessions.sleep(PACE).await;
    }
    let (since, until) = (DateTime::from_secs(since.as_second()), DateTime::from_secs(until.as_second()));
    let call = || client.lookup_events().start_time(since).end_time(until).max_results(PAGE).set_next_token(next.clone()).send();
    let answer = cloud.reading(by, "cloudtrail:LookupEvents", call).await?;
    let events = answer.events().iter().filter_map(|event| event.cloud_trail_event()).map(str::to_owned).collect();
    Ok(EventPage { events, next: answer.next_token().map(str::to_owned) })
}
