//! The calls that were made in an account: CloudTrail's event history, each distinct call once.

use crate::Lookup;
use crate::calls::Calls;
use crate::collect::{Look, outcome_of};
use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::CloudRead;
use orgkit_model::{Collection, Fact, Outcome};

/// Reads the history of one account and region, page by page and no further than the scope says.
pub(crate) async fn take(cloud: &impl CloudRead, look: &Look, lookup: Lookup, at: Timestamp, facts: &mut Vec<Fact>) -> Collection {
    let outcome = match (&look.settled, look.region.as_deref()) {
        (Some(outcome), _) => outcome.clone(),
        (None, Some(region)) => read(cloud, look, region, (lookup, at), facts).await,
        (None, None) => Outcome::Failed { reason: "the event history is read in a region".to_owned() },
    };
    Collection { account: look.account.clone(), region: look.region.clone(), kind: look.kind.clone(), outcome }
}

async fn read(cloud: &impl CloudRead, look: &Look, region: &str, (lookup, at): (Lookup, Timestamp), facts: &mut Vec<Fact>) -> Outcome {
    let since = at.saturating_sub(SignedDuration::from_hours(24 * i64::from(lookup.days))).unwrap_or(Timestamp::MIN);
    let (mut calls, mut next, mut missed) = (Calls::default(), None, None);
    for page in 0..lookup.pages {
        match cloud.events(&look.account, region, (since, at), next.take()).await {
            Ok(answer) => {
                answer.events.iter().for_each(|event| calls.add(event));
                next = answer.next;
            }
            Err(error) if page == 0 => return outcome_of(&error),
            Err(error) => missed = Some(error.to_string()),
        }
        if next.is_none() {
            break;
        }
    }
    if next.is_some() {
        missed = Some(format!("only the newest {} events were read, back to {}", calls.events(), calls.oldest()));
    }
    let missed = missed.or_else(|| calls.missed());
    let found = calls.into_facts(&look.account, region);
    let count = found.len() as u64;
    facts.extend(found);
    match missed {
        Some(reason) => Outcome::Partial { count, reason },
        None if count == 0 => Outcome::Empty,
        None => Outcome::Collected { count },
    }
}
