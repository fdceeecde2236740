//! The estate: what discovery found, and where it could not look.

use crate::{Account, AccountId, Digest, OrganizationSnapshot};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the estate's schema. A reader refuses a newer one.
pub const ESTATE_SCHEMA: u32 = 1;

/// Members of facts that change without anybody changing anything: when a trail last delivered says nothing about what it is.
const RESTLESS: &[(&str, &str)] = &[("cloudtrail:GetTrailStatus", "LatestDeliveryTime")];

/// The kind of the calls that were made in an account: one fact for each distinct call, however often it was made. Its document has the members
/// `CloudTrailEvent` (one record that stands for all of them, without what differs from one time to the next, its `eventTime` the last one's), `Count`, `FirstTime` and `LastTime`.
///
/// What people and programs do never stands still, so these facts and what came of looking for them are not part of [`Estate::digest`]; what is
/// found in them comes into the plan as findings do.
pub const LOOKUP_EVENTS: &str = "cloudtrail:LookupEvents";

/// A kind of fact: the AWS API operation (`cloudtrail:DescribeTrails`) or CloudFormation resource type (`AWS::KMS::Key`) that gives it.
/// Its documents have the shape that AWS documents for it, member names included.
pub type FactKind = String;

/// One thing read from AWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The account it was read in.
    pub account: AccountId,
    /// The region it was read in; `None` for a global service.
    pub region: Option<String>,
    /// What it is.
    pub kind: FactKind,
    /// Its name within account, region and kind: an ARN, an id or a name, as AWS identifies it.
    pub name: String,
    /// The document, in AWS's shape.
    pub doc: Value,
}

/// What came of looking for one kind of fact in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Outcome {
    /// Facts were found: how many.
    Collected {
        /// The number of facts.
        count: u64,
    },
    /// Facts were found, but not all of them were read.
    Partial {
        /// The number of facts.
        count: u64,
        /// What was not read.
        reason: String,
    },
    /// AWS answered that there are none.
    Empty,
    /// The caller may not look.
    Denied {
        /// The action that is missing, such as `config:DescribeDeliveryChannels`.
        action: String,
    },
    /// The service does not exist there, or is not in use.
    NotAvailable {
        /// AWS's words.
        reason: String,
    },
    /// The call failed otherwise.
    Failed {
        /// What went wrong.
        reason: String,
    },
}

impl Outcome {
    /// Whether AWS was really asked and answered in full.
    pub fn looked(&self) -> bool {
        matches!(self, Self::Collected { .. } | Self::Empty | Self::NotAvailable { .. })
    }
}

/// One look: account × region × kind, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The account.
    pub account: AccountId,
    /// The region; `None` for a global service.
    pub region: Option<String>,
    /// The kind of fact.
    pub kind: FactKind,
    /// What came of it.
    pub outcome: Outcome,
}

/// Everything known about both sides at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estate {
    /// [`ESTATE_SCHEMA`].
    pub schema: u32,
    /// When discovery began.
    pub taken_at: Timestamp,
    /// The organization to move into.
    pub target: OrganizationSnapshot,
    /// The organizations to move out of; a deleted one is not here.
    pub sources: Vec<OrganizationSnapshot>,
    /// The standalone accounts to take in, sorted by id.
    pub standalone: Vec<Account>,
    /// The regions that were looked at, sorted.
    pub regions: Vec<String>,
    /// The facts, sorted by account, region, kind and name.
    pub facts: Vec<Fact>,
    /// Where discovery looked and what came of it, sorted like the facts.
    pub collections: Vec<Collection>,
}

impl Estate {
    /// The digest over the sorted content, the time of discovery and whatever moves by itself left out: the same estate found twice has one
    /// digest.
    pub fn digest(&self) -> Digest {
        let mut content = self.clone();
        content.taken_at = Timestamp::UNIX_EPOCH;
        content.facts.retain(|fact| fact.kind != LOOKUP_EVENTS);
        content.collections.retain(|look| look.kind != LOOKUP_EVENTS);
        for fact in &mut content.facts {
            for (_, member) in RESTLESS.iter().filter(|(kind, _)| *kind == fact.kind) {
                fact.doc.as_object_mut().map(|doc| doc.remove(*member));
            }
        }
        content.sort();
        Digest::of(&content)
    }

    /// Brings facts and collections into their order.
    pub fn sort(&mut self) {
        self.facts.sort_by(|a, b| (&a.account, &a.region, &a.kind, &a.name).cmp(&(&b.account, &b.region, &b.kind, &b.name)));
        self.collections.sort_by(|a, b| (&a.account, &a.region, &a.kind).cmp(&(&b.account, &b.region, &b.kind)));
    }

    /// The facts of one kind, in order.
    pub fn facts_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }

    /// The source organization that an account belongs to, if any.
    pub fn source_of(&self, account: &AccountId) -> Option<&OrganizationSnapshot> {
        self.sources.iter().find(|source| source.accounts.contains_key(account))
    }

    /// The name of an account anywhere in the estate, or its id where it is unknown.
    pub fn name_of(&self, account: &AccountId) -> String {
        std::iter::once(&self.target)
            .chain(&self.sources)
            .find_map(|organization| organization.accounts.get(account))
            .or_else(|| self.standalone.iter().find(|known| &known.id == account))
            .map_or_else(|| account.to_string(), |account| account.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estate(taken_at: i64, status: Value) -> Estate {
        let organization = crate::Organization {
            id: "o-aaaaaaaaaa".parse().unwrap(),
            management_account: "111122223333".parse().unwrap(),
            feature_set: "ALL".to_owned(),
        };
        let target = OrganizationSnapshot {
            organization,
            root: "r-aaaa".parse().unwrap(),
            units: Vec::new(),
            accounts: std::collections::BTreeMap::new(),
            parents: std::collections::BTreeMap::new(),
            policies: Vec::new(),
            delegated_administrators: Vec::new(),
        };
        let fact = Fact {
            account: "111122223333".parse().unwrap(),
            region: Some("us-east-1".to_owned()),
            kind: "cloudtrail:GetTrailStatus".to_owned(),
            name: "trail".to_owned(),
            doc: status,
        };
        Estate {
            schema: ESTATE_SCHEMA,
            taken_at: Timestamp::from_second(taken_at).unwrap(),
            target,
            sources: Vec::new(),
            standalone: Vec::new(),
            regions: Vec::new(),
            facts: vec![fact],
            collections: Vec::new(),
        }
    }

    #[test]
    fn calls_that_are_made_do_not_change_the_digest() {
        let quiet = estate(1, Value::Null);
        let mut busy = quiet.clone();
        let (account, region, kind) = (quiet.facts[0].account.clone(), quiet.facts[0].region.clone(), LOOKUP_EVENTS.to_owned());
        let outcome = Outcome::Partial { count: 1, reason: "only the newest".to_owned() };
        busy.collections.push(Collection { account: account.clone(), region: region.clone(), kind: kind.clone(), outcome });
        busy.facts.push(Fact { account, region, kind, name: "call".to_owned(), doc: serde_json::json!({ "Count": 3 }) });
        assert_eq!(quiet.digest(), busy.digest());
    }

    #[test]
    fn time_passing_does_not_change_the_digest_and_a_stopped_trail_does() {
        let status = |time: &str, logging: bool| serde_json::json!({ "IsLogging": logging, "LatestDeliveryTime": time });
        let first = estate(1, status("2026-01-01T00:00:00Z", true)).digest();
        assert_eq!(first, estate(2, status("2026-01-01T00:05:00Z", true)).digest());
        assert_ne!(first, estate(1, status("2026-01-01T00:00:00Z", false)).digest());
    }
}
