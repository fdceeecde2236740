//! The services that watch accounts, as a world file describes them.

use super::World;
use crate::services::{access_analyzer, guardduty, inspector, resource_explorer, securityhub};
use crate::worldfile::{AccountSpec, AutoEnable, DetectionService, InspectorResource, OrganizationSpec, OwnDetectionSpec, WorldFile};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use std::collections::BTreeSet;

/// What Inspector scans where a world file does not say.
const SCANS: [InspectorResource; 3] = [InspectorResource::Ec2, InspectorResource::Ecr, InspectorResource::Lambda];

/// Gives accounts and organizations these services. Accounts and organizations are there before; `ago` is the time that many days ago.
pub(super) fn detection(world: &mut World, file: &WorldFile, ago: impl Fn(u32) -> Timestamp) {
    for spec in &file.accounts {
        own(world, file, spec, ago(spec.age_days));
    }
    for spec in &file.organizations {
        let joined = |member: &AccountSpec| ago(file.member_days(member).unwrap_or(spec.age_days));
        organization(world, file, spec, ago(spec.age_days), joined);
    }
    for spec in &file.accounts {
        analysis(world, file, spec, ago(spec.age_days));
    }
}

/// Gives an account the services that it has for itself.
fn own(world: &mut World, file: &WorldFile, spec: &AccountSpec, since: Timestamp) {
    for detection in &spec.detection {
        for region in or_all(&detection.regions, file) {
            for service in &detection.services {
                provide(world, *service, &spec.id, region, &SCANS.into(), since);
            }
        }
    }
}

/// Gives an account its analyzers and Resource Explorer.
fn analysis(world: &mut World, file: &WorldFile, spec: &AccountSpec, since: Timestamp) {
    for analyzer in &spec.analyzers {
        access_analyzer::put(world, &spec.id, &analyzer.name, analyzer.kind, &analyzer.region, since);
    }
    let Some(explorer) = &spec.resource_explorer else {
        return;
    };
    for region in or_all(&explorer.regions, file) {
        let is_aggregator = explorer.aggregator.as_ref() == Some(region);
        resource_explorer::put(world, &spec.id, region, is_aggregator, explorer.organization, since);
    }
}

/// Appoints the administrators of an organization's services. `joined` says since when an account is a member of it.
fn organization(
    world: &mut World,
    file: &WorldFile,
    spec: &OrganizationSpec,
    since: Timestamp,
    joined: impl Fn(&AccountSpec) -> Timestamp,
) {
    for detection in &spec.detection {
        for service in &detection.services {
            let office = Office {
                service: *service,
                organization: &spec.id,
                administrator: &detection.administrator,
                auto_enable: detection.auto_enable,
                scans: SCANS.into(),
                since,
            };
            for region in or_all(&detection.regions, file) {
                let reached = |account: &&AccountSpec| {
                    let can_join = account.id != spec.management || has_own(account, *service, region);
                    can_join && account.id != detection.administrator && !detection.except.contains(&account.id)
                };
                let members: Vec<_> = file.accounts_of(spec).filter(reached).map(|account| (account.id.clone(), joined(account))).collect();
                office.establish(world, region, &members);
            }
        }
    }
    let Some(inspector) = spec.baseline.as_ref().and_then(|baseline| baseline.inspector.as_ref()) else {
        return;
    };
    let reached = |account: &&AccountSpec| account.id != spec.management && account.id != inspector.administrator;
    let members: Vec<_> = file.accounts_of(spec).filter(reached).map(|account| (account.id.clone(), joined(account))).collect();
    let office = Office {
        service: DetectionService::Inspector2,
        organization: &spec.id,
        administrator: &inspector.administrator,
        auto_enable: AutoEnable::New,
        scans: inspector.resources.iter().copied().collect(),
        since,
    };
    for region in &file.regions {
        office.establish(world, region, &members);
    }
}

/// A service that an account administers for its organization.
struct Office<'a> {
    service: DetectionService,
    organization: &'a OrganizationId,
    administrator: &'a AccountId,
    auto_enable: AutoEnable,
    /// What Inspector scans.
    scans: BTreeSet<InspectorResource>,
    since: Timestamp,
}

impl Office<'_> {
    /// Appoints the administrator in a region and gives it its members.
    fn establish(&self, world: &mut World, region: &str, members: &[(AccountId, Timestamp)]) {
        self.appoint(world, region);
        provide(world, self.service, self.administrator, region, &self.scans, self.since);
        for (account, since) in members.iter().filter(|_| self.auto_enable != AutoEnable::None) {
            provide(world, self.service, account, region, &self.scans, *since);
            match self.service {
                DetectionService::GuardDuty => guardduty::PRODUCT.associate(world, account, region, self.administrator, *since),
                DetectionService::SecurityHub => securityhub::PRODUCT.associate(world, account, region, self.administrator, *since),
                DetectionService::Inspector2 => inspector::PRODUCT.associate(world, account, region, self.administrator, *since),
            }
        }
    }

    fn appoint(&self, world: &mut World, region: &str) {
        let (organization, administrator) = (self.organization, self.administrator);
        match self.service {
            DetectionService::GuardDuty => {
                guardduty::PRODUCT.appoint(world, organization, region, administrator, self.since);
                if let Some(settings) = guardduty::PRODUCT.settings_mut(world, organization, region) {
                    settings.auto_enable = self.auto_enable;
                    settings.features = guardduty::usual().into_iter().map(|part| (part, self.auto_enable)).collect();
                }
            }
            DetectionService::SecurityHub => {
                securityhub::PRODUCT.appoint(world, organization, region, administrator, self.since);
                if let Some(settings) = securityhub::PRODUCT.settings_mut(world, organization, region) {
                    settings.auto_enable = self.auto_enable != AutoEnable::None;
                }
            }
            DetectionService::Inspector2 => {
                inspector::PRODUCT.appoint(world, organization, region, administrator, self.since);
                if let Some(settings) = inspector::PRODUCT.settings_mut(world, organization, region)
                    && self.auto_enable != AutoEnable::None
                {
                    settings.auto_enable.clone_from(&self.scans);
                }
            }
        }
    }
}

/// Enables a service in an account and region.
fn provide(
    world: &mut World,
    service: DetectionService,
    account: &AccountId,
    region: &str,
    scans: &BTreeSet<InspectorResource>,
    since: Timestamp,
) {
    match service {
        DetectionService::GuardDuty => guardduty::provide(world, account, region, &guardduty::usual(), since),
        DetectionService::SecurityHub => securityhub::provide(world, account, region, true, since),
        DetectionService::Inspector2 => inspector::provide(world, account, region, scans, since),
    }
}

/// Whether an account has a service for itself.
fn has_own(account: &AccountSpec, service: DetectionService, region: &str) -> bool {
    let is_there = |own: &&OwnDetectionSpec| own.regions.is_empty() || own.regions.iter().any(|own| own == region);
    account.detection.iter().filter(is_there).any(|own| own.services.contains(&service))
}

/// The regions that are named, or all of the file.
fn or_all<'a>(named: &'a [String], file: &'a WorldFile) -> &'a [String] {
    if named.is_empty() { &file.regions } else { named }
}
