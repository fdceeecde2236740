//! The cloud traits on the simulator itself and over the SDK and its wire: the same worlds, the same answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use orgkit_aws::AwsCloud;
use orgkit_cloud::{Access, CloudChange, CloudError};
use orgkit_discover::{Discovery, Lookup, Scope};
use orgkit_model::{AccountId, AccountState, Estate, ParentId, PolicyType};
use orgkit_sim::{OrganizationRole, SimCloud, Simulator, WorldFile, generate};
use std::collections::BTreeMap;
use std::sync::Arc;

const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

fn start() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// Who is who in a world.
struct Cast {
    file: WorldFile,
    target: AccountId,
    source: AccountId,
    members: Vec<AccountId>,
    standalone: Vec<AccountId>,
}

impl Cast {
    fn of(file: WorldFile) -> Self {
        let managed = |role| file.organizations.iter().find(|organization| organization.role == role).unwrap();
        let (target, source) = (managed(OrganizationRole::Target).management.clone(), managed(OrganizationRole::Source));
        let is_member =
            |account: &&orgkit_sim::AccountSpec| account.organization.as_ref() == Some(&source.id) && account.id != source.management;
        let members = file.accounts.iter().filter(is_member).map(|account| account.id.clone()).collect();
        let manages = |id: &AccountId| file.organizations.iter().any(|organization| &organization.management == id);
        let alone = file.accounts.iter().filter(|account| account.organization.is_none() && !manages(&account.id));
        let standalone = alone.map(|account| account.id.clone()).collect();
        let source = source.management.clone();
        Self { file, target, source, members, standalone }
    }

    fn simulator(&self) -> Simulator {
        Simulator::in_memory(&self.file, 7, start()).unwrap()
    }

    fn with_keys(&self) -> impl Iterator<Item = &AccountId> {
        [&self.target, &self.source].into_iter().chain(&self.standalone)
    }

    fn role(&self) -> Access {
        Access::Role { via: self.source.clone(), role: ACCESS_ROLE.to_owned() }
    }

    fn over_the_wire(&self, simulator: &Simulator) -> AwsCloud {
        let (clock, sleeper) = (simulator.clone(), simulator.clone());
        let sleep = move |duration| {
            sleeper.advance(SignedDuration::try_from(duration).unwrap()).unwrap();
        };
        let mut builder =
            AwsCloud::builder().http_client(simulator.http_client()).virtual_time(Arc::new(move || clock.now()), Arc::new(sleep));
        for account in self.with_keys() {
            let keys = simulator.credentials(account).unwrap();
            builder = builder.keys(account.clone(), keys.access_key_id, keys.secret_access_key);
        }
        for member in &self.members {
            builder = builder.access(member.clone(), self.role());
        }
        builder.build()
    }

    fn direct(&self, simulator: &Simulator) -> SimCloud {
        let cloud = self.with_keys().fold(SimCloud::new(simulator.clone()), |cloud, account| cloud.administrator(account.clone()));
        self.members.iter().fold(cloud, |cloud, member| cloud.access(member.clone(), self.role()))
    }

    async fn discover<C: CloudChange>(&self, cloud: &C) -> Estate {
        let scope = Scope {
            target_management: self.target.clone(),
            sources: vec![self.source.clone()],
            member_roles: BTreeMap::new(),
            standalone: self.standalone.iter().map(|account| (account.clone(), format!("name of {account}"))).collect(),
            regions: self.file.regions.clone(),
            kinds: cloud.fact_kinds().iter().map(|(kind, _)| (*kind).to_owned()).collect(),
            activity: Some(Lookup::default()),
        };
        Discovery { cloud, scope: &scope, at: start() }.run(&mut |_| {}).await.unwrap()
    }

    /// What comes of everything that can be asked for, some of it refused, in one order.
    async fn ask_for_everything<C: CloudChange>(&self, cloud: &C) -> Vec<String> {
        let mut said = Vec::new();
        let mut note = |what: &str, answer: Result<String, CloudError>| said.push(format!("{what}: {answer:?}"));
        fn show<T: std::fmt::Debug>(answer: Result<T, CloudError>) -> Result<String, CloudError> {
            answer.map(|answer| format!("{answer:?}"))
        }
        let stranger: AccountId = "000000000001".parse().unwrap();
        let root: ParentId = cloud.root(&self.target).await.unwrap().into();
        let unit = cloud.create_unit(&self.target, &root, "Of the test").await;
        let unit_id = unit.as_ref().unwrap().id.clone();
        let place: ParentId = unit_id.clone().into();
        note("create unit", show(unit));
        note("create it again", show(cloud.create_unit(&self.target, &root, "Of the test").await));
        note("a stranger", show(cloud.organization(&stranger).await));
        note("invite a stranger", show(cloud.invite(&self.target, &stranger, "orgkit").await));
        note("leave out the caller", show(cloud.invite(&self.members[0], &self.source, "orgkit").await));
        note("bad policy", show(cloud.create_policy(&self.target, PolicyType::ServiceControlPolicy, "bad", "no json").await));
        note("delete", show(cloud.delete_organization(&self.source).await));
        for account in self.members.iter().chain(&self.standalone) {
            let active = self.file.account(account).is_some_and(|spec| spec.state == AccountState::Active);
            note("who", show(cloud.caller_arn(account).await));
            let invited = cloud.invite(&self.target, account, "orgkit").await;
            note("invite", show(invited.clone()));
            note("invite again", show(cloud.invite(&self.target, account, "orgkit").await));
            if let (Ok(invited), true) = (invited, active) {
                note("received", show(cloud.invitations_received(account).await));
                note("accept as another", show(cloud.accept(&self.source, &invited.id).await));
                note("accept", show(cloud.accept(account, &invited.id).await));
                note("accept again", show(cloud.accept(account, &invited.id).await));
                // The SDK reads fractions of seconds as floating point, and a little is lost.
                let there =
                    cloud.account(&self.target, account).await.map(|there| there.map(|there| (there.id, there.state, there.joined_method)));
                note("there", show(there));
                note("gone", show(cloud.account(&self.source, account).await));
                note("move", show(cloud.move_account(&self.target, account, &root, &place).await));
                note("move again", show(cloud.move_account(&self.target, account, &root, &place).await));
                note("role", show(cloud.put_access_role(account, "ops/Access", &self.target).await));
                let way = Access::Role { via: self.target.clone(), role: "ops/Access".to_owned() };
                note("exercise", show(cloud.exercise(account, &way).await));
                note("trust", show(cloud.role_trust(account, "ops/Access").await));
                note("close it", show(cloud.delete_access_role(account, "ops/Access").await));
                note("close it again", show(cloud.delete_access_role(account, "ops/Access").await));
                note("no trust", show(cloud.role_trust(account, "ops/Access").await));
                note("not ours", show(cloud.delete_access_role(account, ACCESS_ROLE).await));
                let trust = orgkit_cloud::trust_policy(&self.target);
                note("hand over", show(cloud.set_trust_policy(account, ACCESS_ROLE, &trust).await));
                note("register", show(cloud.register_delegated_administrator(&self.target, account, "config.amazonaws.com").await));
                note("deregister", show(cloud.deregister_delegated_administrator(&self.target, account, "config.amazonaws.com").await));
            } else if let Some(open) = cloud.invitations_sent(&self.target).await.unwrap_or_default().last() {
                note("cancel", show(cloud.cancel_invitation(&self.target, &open.id).await));
                note("cancel again", show(cloud.cancel_invitation(&self.target, &open.id).await));
            }
        }
        note("unit with accounts", show(cloud.delete_unit(&self.target, &unit_id).await));
        let empty = cloud.create_unit(&self.target, &root, "Empty").await.unwrap();
        note("delete unit", show(cloud.delete_unit(&self.target, &empty.id).await));
        note("delete it again", show(cloud.delete_unit(&self.target, &empty.id).await));
        self.ask_about_policies(cloud, &root, &mut note).await;
        for region in &self.file.regions {
            let sets = cloud.facts(&self.source, Some(region), "AWS::CloudFormation::StackSet").await.unwrap_or_default();
            for set in sets {
                note("retain", show(cloud.retain_stacks(&self.source, region, &set.name).await));
                note("release", show(cloud.release_stacks(&self.source, region, &set.name).await));
            }
            note(
                "reset nothing",
                show(cloud.reset_enabled_baseline(&self.target, region, "arn:aws:controltower:x:y:enabledbaseline/Z").await),
            );
            let root = format!("arn:aws:organizations::{}:root/o-1/r-1", self.target);
            note("no baselines", show(cloud.enabled_baselines(&self.target, region, &root).await));
        }
        note("sent", show(cloud.invitations_sent(&self.target).await));
        said
    }

    /// A policy's life, from its making to its end, with what may not be.
    async fn ask_about_policies<C: CloudChange>(
        &self,
        cloud: &C,
        root: &ParentId,
        note: &mut impl FnMut(&str, Result<String, CloudError>),
    ) {
        let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:PutBucketAcl","Resource":"*"}]}"#;
        let made = cloud.create_policy(&self.target, PolicyType::ServiceControlPolicy, "of the test", content).await;
        note("policy", made.as_ref().map(ToString::to_string).map_err(Clone::clone));
        let Ok(policy) = made else { return };
        for (what, answer) in [
            ("attach", cloud.attach_policy(&self.target, &policy, root.as_str()).await),
            ("delete too early", cloud.delete_policy(&self.target, &policy).await),
            ("detach", cloud.detach_policy(&self.target, &policy, root.as_str()).await),
            ("detach again", cloud.detach_policy(&self.target, &policy, root.as_str()).await),
            ("delete", cloud.delete_policy(&self.target, &policy).await),
            ("delete again", cloud.delete_policy(&self.target, &policy).await),
        ] {
            note(what, answer.map(|()| "done".to_owned()));
        }
    }
}

/// Acme, and two worlds that nobody wrote.
fn casts() -> Vec<Cast> {
    [WorldFile::acme(), generate(24, 3), generate(24, 4)].map(Cast::of).into()
}

#[tokio::test]
async fn the_estate_is_the_same_with_and_without_the_wire() {
    for cast in casts() {
        let over_the_wire = cast.discover(&cast.over_the_wire(&cast.simulator())).await;
        let direct = cast.discover(&cast.direct(&cast.simulator())).await;
        assert!(over_the_wire.facts.len() > 50, "too little was seen");
        for (a, b) in over_the_wire.facts.iter().zip(&direct.facts) {
            assert_eq!(a, b);
        }
        assert!(over_the_wire == direct, "{} looks different without the wire", cast.file.name);
    }
}

#[tokio::test]
async fn changes_and_refusals_are_the_same_with_and_without_the_wire() {
    for cast in casts() {
        let over_the_wire = cast.ask_for_everything(&cast.over_the_wire(&cast.simulator())).await;
        let direct = cast.ask_for_everything(&cast.direct(&cast.simulator())).await;
        assert_eq!(over_the_wire, direct);
    }
}
