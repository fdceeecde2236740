//! What a world file must get right beyond its form: every name that it uses exists, and nothing is in two places.

use super::error::{WorldError, WorldProblem};
use super::source::{Source, Step, at};
use super::{AccountSpec, OrganizationRole, OrganizationSpec, ROOT, WorldFile, check_account, check_iam, check_organization};
use orgkit_model::{AccountId, AccountState, OrganizationId};
use std::collections::{BTreeMap, BTreeSet};

/// Checks a whole file; the first problem is the one that is told.
pub(super) fn world(source: &Source<'_>, world: &WorldFile) -> Result<(), WorldError> {
    let check = Check::new(source, world)?;
    check.targets(world)?;
    for (index, organization) in world.organizations.iter().enumerate() {
        check.management(index, organization)?;
        check_organization::organization(&check, index, organization)?;
    }
    for (index, account) in world.accounts.iter().enumerate() {
        check_account::account(&check, index, account)?;
    }
    check_iam::aws_managed(&check, world)
}

/// A world file with its names looked up once.
pub(super) struct Check<'a> {
    pub(super) source: &'a Source<'a>,
    regions: BTreeSet<&'a str>,
    organizations: BTreeMap<&'a OrganizationId, &'a OrganizationSpec>,
    accounts: BTreeMap<&'a AccountId, &'a AccountSpec>,
    managed_by: BTreeMap<&'a AccountId, &'a OrganizationSpec>,
    units: BTreeMap<&'a OrganizationId, BTreeSet<&'a str>>,
}

impl<'a> Check<'a> {
    fn new(source: &'a Source<'a>, world: &'a WorldFile) -> Result<Self, WorldError> {
        let mut check = Self {
            source,
            regions: world.regions.iter().map(String::as_str).collect(),
            organizations: world.organizations.iter().map(|organization| (&organization.id, organization)).collect(),
            accounts: world.accounts.iter().map(|account| (&account.id, account)).collect(),
            managed_by: BTreeMap::new(),
            units: BTreeMap::new(),
        };
        if world.regions.is_empty() {
            return Err(check.fail(at!["regions"], WorldProblem::Empty { list: "regions" }));
        }
        check.unique(at!["regions"], None, "region", &world.regions, String::as_str)?;
        check.unique(at!["organizations"], Some("id"), "organization", &world.organizations, |it| it.id.as_str())?;
        check.unique(at!["accounts"], Some("id"), "account", &world.accounts, |it| it.id.as_str())?;
        for (index, organization) in world.organizations.iter().enumerate() {
            check.units.insert(&organization.id, organization.units.iter().map(|unit| unit.path.as_str()).collect());
            if let Some(other) = check.managed_by.insert(&organization.management, organization) {
                let problem = two_organizations(&organization.management, &other.id, &organization.id);
                return Err(check.fail(at!["organizations", index, "management"], problem));
            }
        }
        Ok(check)
    }

    /// A problem with the value at a path.
    pub(super) fn fail(&self, path: &[Step<'_>], problem: WorldProblem) -> WorldError {
        self.source.problem(path, problem)
    }

    /// Refuses two entries of a list that have one name.
    pub(super) fn unique<T>(
        &self,
        list: &[Step<'_>],
        key: Option<&str>,
        what: &'static str,
        entries: &[T],
        name: impl Fn(&T) -> &str,
    ) -> Result<(), WorldError> {
        let place = |index: usize| -> Vec<Step<'_>> {
            let entry = list.iter().copied().chain([Step::Index(index)]);
            entry.chain(key.map(Step::Key)).collect()
        };
        let mut seen = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) = seen.insert(name(entry), index) {
                let (first, second) = (self.source.line(&place(first)), self.source.line(&place(index)));
                let problem = WorldProblem::Duplicate { what, name: name(entry).to_owned(), first, second };
                return Err(self.fail(&place(index), problem));
            }
        }
        Ok(())
    }

    /// Refuses a region that the file does not list.
    pub(super) fn region(&self, path: &[Step<'_>], region: &str) -> Result<(), WorldError> {
        if self.regions.contains(region) {
            return Ok(());
        }
        Err(self.fail(path, unknown("region", region, self.regions.iter().copied())))
    }

    /// The account with that id.
    pub(super) fn account(&self, path: &[Step<'_>], id: &AccountId) -> Result<&'a AccountSpec, WorldError> {
        let known = || self.accounts.keys().map(|id| id.as_str());
        self.accounts.get(id).copied().ok_or_else(|| self.fail(path, unknown("account", id.as_str(), known())))
    }

    /// The organization that an account is in.
    pub(super) fn organization_of(&self, account: &AccountSpec) -> Option<&'a OrganizationSpec> {
        let member_of = account.organization.as_ref().and_then(|id| self.organizations.get(id).copied());
        member_of.or_else(|| self.managed_by.get(&account.id).copied())
    }

    /// Refuses an organization that the file does not list.
    pub(super) fn organization(&self, path: &[Step<'_>], id: &OrganizationId) -> Result<(), WorldError> {
        if self.organizations.contains_key(id) {
            return Ok(());
        }
        Err(self.fail(path, unknown("organization", id.as_str(), self.organizations.keys().map(|id| id.as_str()))))
    }

    /// Refuses an account that is not in an organization.
    pub(super) fn in_organization(&self, path: &[Step<'_>], id: &AccountId, organization: &OrganizationSpec) -> Result<(), WorldError> {
        let account = self.account(path, id)?;
        if self.organization_of(account).is_some_and(|its| its.id == organization.id) {
            return Ok(());
        }
        let problem = WorldProblem::NotInOrganization { account: id.to_string(), organization: organization.id.to_string() };
        Err(self.fail(path, problem))
    }

    /// Refuses a unit that an organization does not have. `also` stands beside units there: the root, or the whole organization.
    pub(super) fn unit(&self, path: &[Step<'_>], unit: &str, also: &str, organization: &OrganizationSpec) -> Result<(), WorldError> {
        let units = self.units.get(&organization.id);
        if unit == also || units.is_some_and(|units| units.contains(unit)) {
            return Ok(());
        }
        let known = std::iter::once(also).chain(units.into_iter().flatten().copied());
        Err(self.fail(path, unknown("unit", unit, known)))
    }

    /// Refuses a place in an organization that is neither the root, nor a unit, nor an account.
    pub(super) fn place(&self, path: &[Step<'_>], name: &str, organization: &OrganizationSpec) -> Result<(), WorldError> {
        match name.parse::<AccountId>() {
            Ok(account) => self.in_organization(path, &account, organization),
            Err(_) => self.unit(path, name, ROOT, organization),
        }
    }

    /// Refuses text that is not a JSON object.
    pub(super) fn json(&self, path: &[Step<'_>], document: &str) -> Result<(), WorldError> {
        let read = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(document);
        read.map(drop).map_err(|error| self.source.json_problem(path, &error))
    }

    fn targets(&self, world: &WorldFile) -> Result<(), WorldError> {
        let is_target = |(_, organization): &(usize, &OrganizationSpec)| organization.role == OrganizationRole::Target;
        let targets: Vec<usize> = world.organizations.iter().enumerate().filter(is_target).map(|(index, _)| index).collect();
        match targets.last() {
            Some(_) if targets.len() == 1 => Ok(()),
            Some(&last) => Err(self.fail(at!["organizations", last, "role"], WorldProblem::Targets { found: targets.len() })),
            None => Err(self.fail(at!["organizations", 0], WorldProblem::Targets { found: 0 })),
        }
    }

    fn management(&self, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
        let path = at!["organizations", index, "management"];
        let account = self.account(path, &organization.management)?;
        if account.state != AccountState::Active {
            return Err(self.fail(
                path,
                WorldProblem::Contradiction {
                    message: format!("management account `{}` is not active", account.id),
                    hint: "a management account cannot be closed while its organization stands: leave out its `state`",
                },
            ));
        }
        match &account.organization {
            Some(other) if other != &organization.id => Err(self.fail(path, two_organizations(&account.id, other, &organization.id))),
            _ => Ok(()),
        }
    }
}

/// A name that is not in the file, with those that are.
pub(super) fn unknown<'n>(what: &'static str, name: &str, known: impl Iterator<Item = &'n str>) -> WorldProblem {
    WorldProblem::Unknown { what, name: name.to_owned(), known: known.map(str::to_owned).collect() }
}

fn two_organizations(account: &AccountId, first: &OrganizationId, second: &OrganizationId) -> WorldProblem {
    WorldProblem::TwoOrganizations { account: account.to_string(), first: first.to_string(), second: second.to_string() }
}
