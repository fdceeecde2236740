//! What prepares a source, done and taken back on the simulated AWS.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::{Access, CloudError, CloudPrepare, CloudRead, FACT_KINDS};
use orgkit_discover::{Discovery, Scope};
use orgkit_execute::steps::Site;
use orgkit_model::{AccountId, Action, Approach, Decision, Digest, Plan, Step};
use orgkit_plan::{Options, Placed, PlanInput, plan};
use orgkit_sim::{SimCloud, Simulator, WorldFile};
use std::collections::BTreeMap;

const WORLD: &str = include_str!("worlds/leaving.toml");
const MEMBER_ROLE: &str = "OrganizationAccountAccessRole";

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// The simulated AWS as orgkit gets into it, and the plan for its old organization.
async fn scene() -> (SimCloud, Plan) {
    let start: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
    let world = WorldFile::parse("leaving.toml", WORLD).unwrap();
    let (target, source) = (id("100000000001"), id("200000000001"));
    let mut cloud =
        SimCloud::new(Simulator::in_memory(&world, 7, start).unwrap()).administrator(target.clone()).administrator(source.clone());
    for member in ["200000000002", "200000000003", "200000000004"] {
        cloud = cloud.access(id(member), Access::Role { via: source.clone(), role: MEMBER_ROLE.to_owned() });
    }
    let scope = Scope {
        target_management: target,
        sources: vec![source.clone()],
        member_roles: BTreeMap::from([(source, MEMBER_ROLE.to_owned())]),
        standalone: Vec::new(),
        regions: world.regions.clone(),
        kinds: FACT_KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
        activity: None,
    };
    let estate = Discovery { cloud: &cloud, scope: &scope, at: start }.run(&mut |_| ()).await.unwrap();
    let taken = Approach::NewOrganizationInviteAll;
    let placed = || Placed { unit: vec!["Workloads".to_owned()], decided_by: "a rule".to_owned(), held: None };
    let made = plan(&PlanInput {
        estate: &estate,
        findings: &[],
        decision: Decision { recommended: taken, taken, reasons: Vec::new() },
        placements: estate.sources[0].accounts.keys().map(|id| (id.clone(), placed())).collect(),
        proposals: Vec::new(),
        packs: Digest::of_bytes(b""),
        options: Options::default(),
    });
    (cloud, made.unwrap())
}

fn prepares(step: &&Step) -> bool {
    if step.id.0.ends_with("remove-organization") {
        return false;
    }
    let action = &step.action;
    let own = matches!(action, Action::AddOrganizationId { .. } | Action::BridgeShare { .. } | Action::Unenrol { .. });
    own || matches!(action, Action::RemoveProductAdministrator { .. })
}

/// Acts, and waits as the executor does when a step asks for time.
async fn act(site: &Site<'_, SimCloud>, cloud: &SimCloud, step: &Step) -> Result<(), CloudError> {
    for _ in 0..20 {
        match site.act(step).await {
            Err(error) if error.is("StillEnrolled") => cloud.simulator().advance(SignedDuration::from_mins(1)).unwrap(),
            outcome => return outcome,
        };
    }
    panic!("{} does not come to an end", step.id)
}

#[tokio::test]
async fn each_step_is_done_and_seen_taken_back_and_seen_and_done_again() {
    let (cloud, plan) = scene().await;
    let steps: Vec<&Step> = plan.steps().filter(prepares).collect();
    let site = Site::new(&cloud, &plan);
    let mut seen = Vec::new();
    for step in &steps {
        let before = site.look(step).await.unwrap();
        // GuardDuty, Security Hub and Inspector have their administrators in both regions; CloudTrail has one.
        assert!(!before.holds, "{}: {}", step.id, before.seen);
        act(&site, &cloud, step).await.unwrap_or_else(|error| panic!("{}: {error}", step.id));
        let after = site.look(step).await.unwrap();
        assert!(after.holds, "{}: {}", step.id, after.seen);
        seen.push(format!("{}: {}", step.id, after.seen));
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    200000000004/AWS::IAM::Role/reader/add-organization: AWS::IAM::Role reader has the planned policy
    200000000004/eu-west-1/AWS::S3::BucketPolicy/shop-lake/add-organization: AWS::S3::BucketPolicy shop-lake has the planned policy
    200000000004/us-east-1/AWS::KMS::Key/1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/add-organization: AWS::KMS::Key 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d has the planned policy
    200000000001/share/orgkit-466f79a87ef7-transit: 3 accounts have part in orgkit-466f79a87ef7-transit, and keep it when they leave
    200000000003/dismiss/cloudtrail.amazonaws.com: CloudTrail has no administrator
    200000000003/dismiss/guardduty.amazonaws.com/eu-west-1: GuardDuty has no administrator in eu-west-1
    200000000003/dismiss/guardduty.amazonaws.com/us-east-1: GuardDuty has no administrator in us-east-1
    200000000003/dismiss/inspector2.amazonaws.com/eu-west-1: Inspector has no administrator in eu-west-1
    200000000003/dismiss/inspector2.amazonaws.com/us-east-1: Inspector has no administrator in us-east-1
    200000000003/dismiss/securityhub.amazonaws.com/eu-west-1: Security Hub has no administrator in eu-west-1
    200000000003/dismiss/securityhub.amazonaws.com/us-east-1: Security Hub has no administrator in us-east-1
    200000000004/unenrol: it is in r-0b52, and has 0 baselines of Control Tower
    ");
    for step in steps.iter().rev() {
        site.undo(step).await.unwrap_or_else(|error| panic!("{}: {error}", step.id));
        let undone = site.look_undone(step).await.unwrap();
        assert!(undone.holds, "{}: {}", step.id, undone.seen);
    }
    cloud.simulator().advance(SignedDuration::from_hours(1)).unwrap();
    for step in &steps {
        act(&site, &cloud, step).await.unwrap_or_else(|error| panic!("{} again: {error}", step.id));
        assert!(site.look(step).await.unwrap().holds, "{} again", step.id);
    }
}

#[tokio::test]
async fn a_policy_that_somebody_changed_is_not_overwritten() {
    let (cloud, plan) = scene().await;
    let site = Site::new(&cloud, &plan);
    let of = |kind: &str| {
        plan.steps().find(|step| matches!(&step.action, Action::AddOrganizationId { resource_type, .. } if resource_type == kind))
    };
    let step = of("AWS::S3::BucketPolicy").unwrap();
    let other = serde_json::json!([{ "op": "add", "path": "/PolicyDocument", "value": { "Version": "2012-10-17", "Statement": [] } }]);
    cloud.update_resource(&step.by, "eu-west-1", "AWS::S3::BucketPolicy", "shop-lake", &other).await.unwrap();
    for refused in [site.act(step).await, site.undo(step).await] {
        assert!(refused.unwrap_err().is("PolicyChanged"));
    }
    let found = cloud.resource(&step.by, "eu-west-1", "AWS::S3::BucketPolicy", "shop-lake").await.unwrap().unwrap();
    assert_eq!(found["PolicyDocument"]["Statement"], serde_json::json!([]));
    let role = of("AWS::IAM::Role").unwrap();
    site.act(role).await.unwrap();
    let trust = cloud.role_trust(&role.by, "reader").await.unwrap().unwrap();
    assert_eq!(
        trust["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"],
        serde_json::json!(["o-oldleaving1", "o-newleaving1"])
    );
}
