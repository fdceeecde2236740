//! Services with an administrator of their own, beside the registration with Organizations.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A service whose administrator for an organization has to be dismissed by the service itself before it is deregistered with Organizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Amazon GuardDuty.
    GuardDuty,
    /// AWS Security Hub CSPM.
    SecurityHub,
    /// Amazon Inspector.
    Inspector,
    /// AWS CloudTrail.
    CloudTrail,
}

impl Product {
    /// All of them.
    pub const EVERY: [Self; 4] = [Self::GuardDuty, Self::SecurityHub, Self::Inspector, Self::CloudTrail];

    /// The service's name in Organizations.
    pub fn principal(self) -> &'static str {
        match self {
            Self::GuardDuty => "guardduty.amazonaws.com",
            Self::SecurityHub => "securityhub.amazonaws.com",
            Self::Inspector => "inspector2.amazonaws.com",
            Self::CloudTrail => "cloudtrail.amazonaws.com",
        }
    }

    /// The product with that name in Organizations.
    pub fn of_principal(principal: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|product| product.principal() == principal)
    }

    /// Whether it has an administrator in each region; otherwise one for all of them.
    pub fn is_regional(self) -> bool {
        self != Self::CloudTrail
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::GuardDuty => "GuardDuty",
            Self::SecurityHub => "Security Hub",
            Self::Inspector => "Inspector",
            Self::CloudTrail => "CloudTrail",
        })
    }
}
