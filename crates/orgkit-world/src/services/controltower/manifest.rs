//! The landing zone manifest: what it may say, and what of it counts [Control Tower User Guide, lz-api-launch and landing-zone-schemas].

use super::versions::{OPTIONAL_SINCE, is_since};
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState, ParentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The keys of a manifest until 3.3, and since 4.0.
const KEYS_3: [&str; 6] = ["accessManagement", "backup", "centralizedLogging", "governedRegions", "organizationStructure", "securityRoles"];
const KEYS_4: [&str; 6] = ["accessManagement", "backup", "centralizedLogging", "config", "governedRegions", "securityRoles"];

/// Logs are kept for 15 years at most [Control Tower User Guide, configure-log-retention].
const LONGEST_RETENTION: f64 = 5_475.0;

/// What a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The regions that are governed, the home region among them.
    pub(super) governed: Vec<String>,
    /// Whether Control Tower manages access with IAM Identity Center.
    pub(super) identity_center: bool,
    /// The account with the logs.
    pub(super) log_archive: Option<AccountId>,
    /// The account with the security roles.
    pub(super) audit: Option<AccountId>,
    /// The account that aggregates AWS Config; before 4.0 the audit account.
    pub(super) config: Option<AccountId>,
    /// The accounts of AWS Backup: administrator and central vaults.
    pub(super) backup: Option<(AccountId, AccountId)>,
    /// The names of the units that are made with the landing zone, the one of the shared accounts first.
    pub(super) units: Vec<String>,
}

impl Settings {
    /// The accounts that the landing zone uses for itself.
    pub(super) fn shared(&self) -> BTreeSet<&AccountId> {
        let backup = self.backup.iter().flat_map(|(administrator, vaults)| [administrator, vaults]);
        [&self.log_archive, &self.audit, &self.config].into_iter().flatten().chain(backup).collect()
    }
}

/// Reads a manifest for a version; the refusal says what is wrong with it.
pub(super) fn read(manifest: &Value, version: &str, home: &str) -> Result<Settings, String> {
    let optional = is_since(version, OPTIONAL_SINCE);
    let keys = manifest.as_object().ok_or("the manifest must be a JSON object")?;
    let known = if optional { KEYS_4 } else { KEYS_3 };
    if let Some(key) = keys.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("the key `{key}` is not allowed for version {version}"));
    }
    let part = |name: &'static str| Part::of(manifest, name, optional);
    let (logging, security, config, backup) = (part("centralizedLogging")?, part("securityRoles")?, part("config")?, part("backup")?);
    if !optional && (logging.is_none() || security.is_none()) {
        return Err("`centralizedLogging`, `securityRoles` and `organizationStructure` are required".to_owned());
    }
    let audit = security.as_ref().map(Part::account).transpose()?;
    if let (true, None, Some(name)) = (optional, &audit, ["config", "backup", "accessManagement"].iter().find(|name| is_on(manifest, name)))
    {
        return Err(format!("`{name}` needs `securityRoles` to be enabled"));
    }
    let log_archive = logging.as_ref().map(Part::account).transpose()?;
    for part in [&logging, &config].into_iter().flatten() {
        part.check_retention()?;
    }
    if log_archive.is_some() && log_archive == audit {
        return Err("the log archive and the audit account must be two accounts".to_owned());
    }
    Ok(Settings {
        governed: governed(manifest, home, optional)?,
        identity_center: manifest.get("accessManagement").map_or(!optional, |_| is_on(manifest, "accessManagement")),
        log_archive,
        config: if optional { config.as_ref().map(Part::account).transpose()? } else { audit.clone() },
        audit,
        backup: backup.as_ref().map(Part::backup_accounts).transpose()?,
        units: if optional { Vec::new() } else { units(manifest)? },
    })
}

/// Refuses accounts that cannot be shared accounts of the organization: they are active members, since 4.0 of one unit.
pub(super) fn check_accounts(
    world: &World,
    organization: &OrganizationRecord,
    settings: &Settings,
    version: &str,
    now: Timestamp,
) -> Result<(), String> {
    let mut parents: BTreeSet<&ParentId> = BTreeSet::new();
    for id in settings.shared() {
        let (record, place) =
            world.member(&organization.id, id.as_str()).ok_or_else(|| format!("account {id} is not in the organization"))?;
        if record.state(now) != AccountState::Active {
            return Err(format!("account {id} is not active"));
        }
        if organization.management == *id {
            return Err(format!("account {id} is the management account"));
        }
        parents.insert(&place.parent);
    }
    if is_since(version, OPTIONAL_SINCE) && parents.len() > 1 {
        return Err("the accounts of the service integrations must stand in the same unit".to_owned());
    }
    Ok(())
}

/// An integration that is enabled.
struct Part<'a> {
    name: &'static str,
    value: &'a Value,
}

impl<'a> Part<'a> {
    /// The integration of that name, when it is enabled. Since 4.0 the flag must be there; before, only logging and backup have one.
    fn of(manifest: &'a Value, name: &'static str, optional: bool) -> Result<Option<Self>, String> {
        let Some(value) = manifest.get(name) else {
            return Ok(None);
        };
        let enabled = value.get("enabled").and_then(Value::as_bool);
        if optional && enabled.is_none() {
            return Err(format!("`{name}.enabled` is required"));
        }
        // Before 4.0 the log archive stays where logging is switched off.
        let part = Self { name, value };
        Ok((enabled.unwrap_or(true) || (!optional && name == "centralizedLogging")).then_some(part))
    }

    fn account(&self) -> Result<AccountId, String> {
        account(self.value.get("accountId"), self.name)
    }

    fn backup_accounts(&self) -> Result<(AccountId, AccountId), String> {
        let of = |name: &str| {
            account(self.configurations(name).and_then(|part| part.get("accountId")), &format!("backup.configurations.{name}"))
        };
        Ok((of("backupAdmin")?, of("centralBackup")?))
    }

    fn configurations(&self, name: &str) -> Option<&'a Value> {
        self.value.get("configurations")?.get(name)
    }

    fn check_retention(&self) -> Result<(), String> {
        for name in ["loggingBucket", "accessLoggingBucket"] {
            let Some(bucket) = self.configurations(name) else { continue };
            let days = bucket.get("retentionDays").and_then(Value::as_f64);
            if days.is_none_or(|days| !(1.0..=LONGEST_RETENTION).contains(&days)) {
                return Err(format!("`{}.configurations.{name}.retentionDays` must be between 1 and {LONGEST_RETENTION}", self.name));
            }
        }
        Ok(())
    }
}

fn account(value: Option<&Value>, name: &str) -> Result<AccountId, String> {
    let id = value.and_then(Value::as_str).ok_or_else(|| format!("`{name}.accountId` is required"))?;
    id.parse().map_err(|_| format!("`{name}.accountId` is not an account id"))
}

fn is_on(manifest: &Value, name: &str) -> bool {
    manifest.get(name).and_then(|part| part.get("enabled")).and_then(Value::as_bool).unwrap_or(false)
}

/// The governed regions. Since 4.0 they may be left out: then the home region is governed (unconfirmed).
fn governed(manifest: &Value, home: &str, optional: bool) -> Result<Vec<String>, String> {
    let Some(listed) = manifest.get("governedRegions") else {
        return if optional { Ok(vec![home.to_owned()]) } else { Err("`governedRegions` is required".to_owned()) };
    };
    let regions: Option<Vec<String>> =
        listed.as_array().and_then(|regions| regions.iter().map(|region| region.as_str().map(str::to_owned)).collect());
    let regions = regions.ok_or("`governedRegions` must list regions")?;
    if regions.iter().any(|region| region == home) {
        Ok(regions)
    } else {
        Err(format!("`governedRegions` must contain the home region, {home}"))
    }
}

/// The units that are made before 4.0: the one of the shared accounts, and perhaps a sandbox.
fn units(manifest: &Value) -> Result<Vec<String>, String> {
    let structure = manifest.get("organizationStructure").ok_or("`organizationStructure` is required")?;
    let name = |part: &str| structure.get(part).and_then(|part| part.get("name")).and_then(Value::as_str).map(str::to_owned);
    let security = name("security").ok_or("`organizationStructure.security.name` is required")?;
    if name("sandbox").as_ref() == Some(&security) {
        return Err("the names of the units must differ".to_owned());
    }
    Ok([Some(security), name("sandbox")].into_iter().flatten().collect())
}
