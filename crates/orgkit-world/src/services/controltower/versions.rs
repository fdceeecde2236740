//! What changes from one release of Control Tower to the next, as data: landing zone versions, baselines, names, limits and durations.

use jiff::SignedDuration;

/// The versions of landing zones that are known here, oldest first [Control Tower User Guide, landing-zone-schemas and release notes; 4.0 came on
/// 2025-11-17].
pub(crate) const VERSIONS: [&str; 5] = ["3.0", "3.1", "3.2", "3.3", "4.0"];
/// The latest of them.
pub(super) const LATEST: &str = "4.0";
/// From this version on every integration is optional, and so is the manifest [Control Tower User Guide, lz-api-launch].
pub(super) const OPTIONAL_SINCE: &str = "4.0";
/// From this version on accounts can be enrolled by moving them [Control Tower User Guide, account-auto-enrollment].
pub(super) const AUTO_ENROLMENT_SINCE: &str = "3.1";

/// Whether a version is as new as another. Both are known ones: of equal length, so that texts compare as numbers do.
pub(super) fn is_since(version: &str, since: &str) -> bool {
    version >= since
}

/// To what a baseline is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// To a unit, by `EnableBaseline`; the unit's accounts inherit it.
    Unit,
    /// To a shared account or the management account, by the landing zone itself.
    LandingZone,
}

/// A baseline.
#[derive(Debug)]
pub(super) struct Baseline {
    /// The last part of its ARN.
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) level: Level,
    /// Its versions, each with the first and the last landing zone version that it goes with.
    pub(super) versions: &'static [(&'static str, &'static str, &'static str)],
}

const ANY: &[(&str, &str, &str)] = &[("1.0", "3.0", "4.0")];
const NEW: &[(&str, &str, &str)] = &[("1.0", "4.0", "4.0")];

/// The baseline that registers a unit.
pub(super) const CONTROL_TOWER: &str = "17BSJV3IGJ2QSGA2";
/// The baseline that brings AWS Config alone.
pub(super) const CONFIG: &str = "CFGBASELINE40SIM";
/// The baseline of AWS Backup.
pub(super) const BACKUP: &str = "APO9ATVPBKFRRGLK";
/// The baseline of IAM Identity Center.
pub(super) const IDENTITY_CENTER: &str = "LN25R72TTG6IGPTQ";
/// The baseline of the audit account before 4.0.
pub(super) const AUDIT: &str = "4T4HA1KMO10S6311";
/// The baseline of the log archive account.
pub(super) const LOG_ARCHIVE: &str = "J8HX46AHS5MIKQPD";
/// The baseline of the account with the central backup vaults.
pub(super) const CENTRAL_VAULT: &str = "3WPD0NA6TJ9AOMU2";
/// The baseline of the backup administrator.
pub(super) const BACKUP_ADMIN: &str = "H6C5JFCJJ3CPU3J5";
/// The baseline of the account that aggregates AWS Config, since 4.0.
pub(super) const CENTRAL_CONFIG: &str = "CCFGBASELINE4SIM";
/// The baseline of the audit account since 4.0.
pub(super) const CENTRAL_SECURITY_ROLES: &str = "CSECROLESBASE4SI";

/// The baselines [Control Tower User Guide, types-of-baselines, table-of-baselines]. AWS publishes no ids for the three that came with 4.0: theirs
/// are made up here, which callers that look them up by name with `ListBaselines` do not notice.
pub(super) const BASELINES: [Baseline; 10] = [
    Baseline {
        id: CONTROL_TOWER,
        name: "AWSControlTowerBaseline",
        description: "Resources and mandatory controls for the member accounts of a unit, required for governance.",
        level: Level::Unit,
        versions: &[("3.0", "3.0", "3.1"), ("4.0", "3.2", "3.3"), ("5.0", "4.0", "4.0")],
    },
    Baseline {
        id: CONFIG,
        name: "ConfigBaseline",
        description: "AWS Config for the member accounts of a unit, without the rest of AWSControlTowerBaseline.",
        level: Level::Unit,
        versions: NEW,
    },
    Baseline {
        id: BACKUP,
        name: "BackupBaseline",
        description: "AWS Backup for the member accounts of a unit.",
        level: Level::Unit,
        versions: ANY,
    },
    Baseline {
        id: IDENTITY_CENTER,
        name: "IdentityCenterBaseline",
        description: "Shared resources for IAM Identity Center, which prepare its access for accounts.",
        level: Level::LandingZone,
        versions: ANY,
    },
    Baseline {
        id: AUDIT,
        name: "AuditBaseline",
        description: "Resources to monitor security and compliance of the accounts of the organization.",
        level: Level::LandingZone,
        versions: &[("1.0", "3.0", "3.3")],
    },
    Baseline {
        id: LOG_ARCHIVE,
        name: "LogArchiveBaseline",
        description: "A central repository for logs of API activities and resource configurations.",
        level: Level::LandingZone,
        versions: ANY,
    },
    Baseline {
        id: CENTRAL_VAULT,
        name: "BackupCentralVaultBaseline",
        description: "The central backup vaults.",
        level: Level::LandingZone,
        versions: ANY,
    },
    Baseline {
        id: BACKUP_ADMIN,
        name: "BackupAdminBaseline",
        description: "The delegated administration of AWS Backup.",
        level: Level::LandingZone,
        versions: ANY,
    },
    Baseline {
        id: CENTRAL_CONFIG,
        name: "CentralConfigBaseline",
        description: "The aggregation of AWS Config.",
        level: Level::LandingZone,
        versions: NEW,
    },
    Baseline {
        id: CENTRAL_SECURITY_ROLES,
        name: "CentralSecurityRolesBaseline",
        description: "Roles of the audit account into the accounts of the organization.",
        level: Level::LandingZone,
        versions: NEW,
    },
];

impl Baseline {
    /// Whether a version of it goes with a version of landing zones.
    pub(super) fn fits(&self, version: &str, landing_zone: &str) -> bool {
        self.versions.iter().any(|(own, first, last)| *own == version && is_since(landing_zone, first) && is_since(last, landing_zone))
    }

    /// The version that goes with a version of landing zones.
    pub(super) fn version_for(&self, landing_zone: &str) -> Option<&'static str> {
        self.versions.iter().map(|(own, ..)| *own).find(|own| self.fits(own, landing_zone))
    }
}

/// Whether a baseline puts anything into accounts that this simulation knows.
pub(super) fn deploys(baseline: &str) -> bool {
    [CONTROL_TOWER, CONFIG].contains(&baseline)
}

/// The baseline with that id.
pub(super) fn baseline(id: &str) -> Option<&'static Baseline> {
    BASELINES.iter().find(|baseline| baseline.id == id)
}

/// Roles that must stand in the management account before a landing zone can be made or changed through the API [Control Tower User Guide,
/// lz-api-prereques], with the last version that needs each.
pub(super) const SERVICE_ROLES: [(&str, &str); 4] = [
    ("AWSControlTowerAdmin", LATEST),
    ("AWSControlTowerStackSetRole", LATEST),
    ("AWSControlTowerCloudTrailRole", LATEST),
    ("AWSControlTowerConfigAggregatorRoleForOrganizations", "3.3"),
];

/// The role through which Control Tower works in an account [Control Tower User Guide, roles-how].
pub(super) const EXECUTION_ROLE: &str = "AWSControlTowerExecution";
/// The role that stays in an account when it is unenrolled, in the spelling of [Control Tower User Guide, account-transfer]; whom it trusts is
/// unconfirmed: here, the management account.
pub(super) const LEFT_BEHIND_ROLE: &str = "OrganizationsAccountAccessRole";
/// How the names of the roles begin that Control Tower deploys [Control Tower User Guide, roles-how].
pub(super) const ROLE_PREFIX: &str = "aws-controltower-";
/// The recorder and the delivery channel in enrolled accounts [Control Tower User Guide, config-resources].
pub(super) const RECORDER: &str = "aws-controltower-BaselineConfigRecorder";
/// See [`RECORDER`].
pub(super) const CHANNEL: &str = "aws-controltower-BaselineConfigDeliveryChannel";

/// How many accounts may stand directly in a unit that is registered [Control Tower User Guide, limits, 2026].
pub(super) const MOST_ACCOUNTS: usize = 1_000;
/// How many control operations run at once, and how many wait [Control Tower User Guide, limits, 2026].
pub(super) const CONTROLS_AT_ONCE: usize = 10;
/// See [`CONTROLS_AT_ONCE`].
pub(super) const CONTROLS_WAITING: usize = 100;
/// For how long operations can be looked up (botocore `controltower/2018-05-10`, operation `GetLandingZoneOperation`).
pub(super) const OPERATIONS_SEEN: SignedDuration = SignedDuration::from_hours(90 * 24);

// AWS gives few numbers for how long its operations take, and none that is binding. All of these are unconfirmed.

/// Setting up, updating or resetting a landing zone.
pub(super) const SET_UP: SignedDuration = SignedDuration::from_mins(30);
/// Decommissioning a landing zone.
pub(super) const DECOMMISSION: SignedDuration = SignedDuration::from_mins(60);
/// Changing what is enabled on a unit, whatever its size.
pub(super) const UNIT: SignedDuration = SignedDuration::from_mins(5);
/// What each account of the unit adds.
pub(super) const UNIT_ACCOUNT: SignedDuration = SignedDuration::from_secs(30);
/// Enrolling or unenrolling an account that was moved.
pub(super) const MOVED_ACCOUNT: SignedDuration = SignedDuration::from_mins(5);
/// Enabling or disabling a control.
pub(super) const CONTROL: SignedDuration = SignedDuration::from_mins(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_landing_zone_version_has_one_version_of_the_baseline_that_registers_units() {
        for (landing_zone, expected) in [("3.0", "3.0"), ("3.1", "3.0"), ("3.2", "4.0"), ("3.3", "4.0"), ("4.0", "5.0")] {
            assert_eq!(baseline(CONTROL_TOWER).and_then(|baseline| baseline.version_for(landing_zone)), Some(expected));
        }
        assert!(VERSIONS.is_sorted() && VERSIONS.contains(&LATEST) && BASELINES.iter().all(|baseline| baseline.id.len() == 16));
    }
}
