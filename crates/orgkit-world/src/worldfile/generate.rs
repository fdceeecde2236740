//! Estates of any size, for rehearsals and measurements: the same size and seed give the same estate.

use super::{
    AccountSpec, ConfigSpec, DelegatedAdministratorSpec, IdentityCenterSpec, OrganizationRole, OrganizationSpec, PermissionSetSpec,
    PolicySpec, ResourceSpec, RoleSpec, SavingsPlanSpec, SavingsPlanType, ShareSpec, StackSetSpec, TrailSpec, UnitSpec, WorldFile,
};
use orgkit_model::{AccountId, AccountState, JoinedMethod, OrganizationId, PolicyType};
use serde_json::{Value, json};

/// The most accounts of an organization [Organizations User Guide, orgs_reference_limits].
const MOST_ACCOUNTS: usize = 50_000;
const SOURCE: &str = "o-generated1";
const REGION: &str = "us-east-1";
const STACK_SET: &str = "account-baseline";
const DIVISIONS: [&str; 5] = ["Finance", "Logistics", "Media", "Platform", "Retail"];
const PRODUCTS: [&str; 8] = ["billing", "catalog", "checkout", "ledger", "routing", "search", "stock", "stream"];
const STAGES: [(&str, &str); 4] = [("prod", "Production"), ("prod", "Production"), ("test", "Development"), ("dev", "Development")];

/// An estate of that many accounts to migrate, 1 to 50,000: one in twenty stands alone, one manages the old organization, the others are
/// its members. A few closed accounts come on top. The organization to move into is like Acme's.
pub fn generate(accounts: usize, seed: u64) -> WorldFile {
    let accounts = accounts.clamp(1, MOST_ACCOUNTS);
    let mut dice = Dice(seed);
    let mut world = WorldFile::acme();
    world.organizations.retain(|organization| organization.role == OrganizationRole::Target);
    let targets = world.organizations.clone();
    world.accounts.retain(|account| targets.iter().any(|target| stands_in(account, target)));
    world.name = format!("generated-{accounts}-{seed}");
    world.description = Some(format!("{accounts} accounts to migrate, generated with seed {seed}."));
    let standalone = accounts / 20;
    let members = accounts - standalone - 1;
    world.accounts.push(management());
    world.accounts.extend((1..=members).map(|number| member(number, &mut dice)));
    world.accounts.extend((1..=(accounts / 400).min(3)).map(|number| closed(members + standalone + number)));
    world.accounts.extend((1..=standalone).map(|number| alone(members + number, &mut dice)));
    world.organizations.push(source(&world.accounts));
    let quota = u32::try_from(accounts + 100).unwrap_or(u32::MAX);
    for organization in &mut world.organizations {
        organization.account_quota = Some(quota);
    }
    world
}

fn stands_in(account: &AccountSpec, organization: &OrganizationSpec) -> bool {
    account.id == organization.management || account.organization.as_ref() == Some(&organization.id)
}

fn source(accounts: &[AccountSpec]) -> OrganizationSpec {
    let mut source = OrganizationSpec::new(source_id(), OrganizationRole::Source, account_id(0), 2_900);
    source.units = units();
    source.trusted_access = ["cloudtrail", "guardduty", "member.org.stacksets.cloudformation", "ram", "sso"]
        .map(|name| format!("{name}.amazonaws.com"))
        .to_vec();
    source.trail = Some(TrailSpec {
        name: "organization".to_owned(),
        home_region: REGION.to_owned(),
        bucket: "generated-organization-logs".to_owned(),
        bucket_account: None,
        multi_region: true,
        log_file_validation: true,
        kms_key: None,
    });
    source.policies.push(PolicySpec {
        name: "DenyLeaveOrganization".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        attach: vec!["Workloads/Production".to_owned()],
        document: policy(&json!({ "Sid": "DenyLeave", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" }))
            .to_string(),
    });
    source.stack_sets.push(StackSetSpec {
        name: STACK_SET.to_owned(),
        region: REGION.to_owned(),
        units: vec!["Workloads".to_owned()],
        auto_deployment: true,
        retain_stacks_on_account_removal: false,
        template: None,
    });
    let active = accounts.iter().filter(|account| stands_in(account, &source) && account.state == AccountState::Active);
    let everyone: Vec<AccountId> = active.map(|account| account.id.clone()).collect();
    if everyone.len() > 1 {
        let administrator = DelegatedAdministratorSpec { account: account_id(1), services: vec!["guardduty.amazonaws.com".to_owned()] };
        source.delegated_administrators.push(administrator);
    }
    let set = PermissionSetSpec {
        name: "AdministratorAccess".to_owned(),
        group: "platform".to_owned(),
        accounts: everyone,
        managed_policies: Vec::new(),
        inline_policy: None,
    };
    source.identity_center = Some(IdentityCenterSpec { region: REGION.to_owned(), permission_sets: vec![set], users: Vec::new() });
    source
}

fn units() -> Vec<UnitSpec> {
    let fixed = ["Sandbox", "Security", "Workloads", "Workloads/Production", "Workloads/Development"].map(str::to_owned);
    let nested =
        ["Production", "Development"].into_iter().flat_map(|stage| DIVISIONS.map(|division| format!("Workloads/{stage}/{division}")));
    fixed.into_iter().chain(nested).map(|path| UnitSpec { path, id: None }).collect()
}

/// The old management account: it runs production, and others name its roles by ARN.
fn management() -> AccountSpec {
    let mut account = AccountSpec::new(account_id(0), "generated", 3_600);
    account.roles.push(RoleSpec::new("ci-deployer", "codebuild.amazonaws.com"));
    let vpc = json!({ "VpcId": "vpc-0a0000000000000a1", "CidrBlock": "10.0.0.0/16" });
    account.resources.push(ResourceSpec::new("AWS::EC2::VPC", "vpc-0a0000000000000a1", REGION, &vpc));
    let database = json!({ "DBInstanceIdentifier": "orders", "DBInstanceClass": "db.r6g.2xlarge", "Engine": "postgres", "MultiAZ": true });
    account.resources.push(ResourceSpec::new("AWS::RDS::DBInstance", "orders", REGION, &database));
    account.shares.push(ShareSpec {
        name: "transit-gateway".to_owned(),
        region: REGION.to_owned(),
        principals: vec!["Organization".to_owned()],
        resources: vec![format!("arn:aws:ec2:{REGION}:{}:transit-gateway/tgw-0a0000000000000a1", account.id)],
        allow_external_principals: false,
        retain_sharing_on_account_leave: false,
    });
    account
}

/// A member. The first one is the security account.
fn member(number: usize, dice: &mut Dice) -> AccountSpec {
    let (name, unit) = if number == 1 { ("security".to_owned(), "Security".to_owned()) } else { name_and_unit(number, dice) };
    let mut account = AccountSpec::new(account_id(number), &name, dice.between(30, 2_800));
    account.organization = Some(source_id());
    account.unit = Some(unit);
    if dice.one_in(7) {
        account.joined = JoinedMethod::Invited;
        account.access_role = Some(true);
    }
    let management = account_id(0);
    if dice.one_in(3) {
        account.roles.push(RoleSpec::new("deploy-target", &format!("arn:aws:iam::{management}:role/ci-deployer")));
    }
    if account.unit.as_deref().is_some_and(|unit| unit.starts_with("Workloads/")) {
        let mut role = RoleSpec::new("break-glass", management.as_str());
        role.deployed_by = Some(STACK_SET.to_owned());
        account.roles.push(role);
    }
    if dice.one_in(10) {
        account.config.push(recorder());
    }
    if dice.one_in(30) {
        account.savings_plans.push(savings_plan(number, dice));
    }
    account.resources = policies_with_organization_ids(number, &account.id, dice);
    account
}

fn name_and_unit(number: usize, dice: &mut Dice) -> (String, String) {
    if dice.one_in(12) {
        return (format!("sandbox-{number}"), "Sandbox".to_owned());
    }
    let ((stage, unit), division) = (dice.pick(&STAGES), dice.pick(&DIVISIONS));
    (format!("{}-{stage}-{number}", dice.pick(&PRODUCTS)), format!("Workloads/{unit}/{division}"))
}

/// Some accounts grant by the old organization's id, and a few deny everyone outside it.
fn policies_with_organization_ids(number: usize, account: &AccountId, dice: &mut Dice) -> Vec<ResourceSpec> {
    let mut resources = Vec::new();
    if dice.one_in(12) {
        let condition = json!({ "StringEquals": { "aws:PrincipalOrgID": SOURCE } });
        resources.push(bucket_policy(&format!("generated-artifacts-{number}"), "Allow", "s3:GetObject", condition));
    }
    if dice.one_in(40) {
        let condition = json!({ "StringNotEquals": { "aws:PrincipalOrgID": SOURCE } });
        resources.push(bucket_policy(&format!("generated-data-{number}"), "Deny", "s3:*", condition));
    }
    if dice.one_in(25) {
        resources.push(key(number, account));
    }
    resources
}

fn bucket_policy(bucket: &str, effect: &str, action: &str, condition: Value) -> ResourceSpec {
    let resource = format!("arn:aws:s3:::{bucket}/*");
    let statement = json!({ "Effect": effect, "Principal": "*", "Action": action, "Resource": resource, "Condition": condition });
    ResourceSpec::new("AWS::S3::BucketPolicy", bucket, REGION, &json!({ "Bucket": bucket, "PolicyDocument": policy(&statement) }))
}

fn key(number: usize, account: &AccountId) -> ResourceSpec {
    let id = format!("00000000-0000-4000-8000-{number:012}");
    let owner = json!({
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{account}:root") }, "Action": "kms:*", "Resource": "*",
    });
    let organization = json!({
        "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Decrypt", "Resource": "*",
        "Condition": { "StringEquals": { "aws:PrincipalOrgID": SOURCE } },
    });
    let policy = json!({ "Version": "2012-10-17", "Statement": [owner, organization] });
    ResourceSpec::new("AWS::KMS::Key", &id, REGION, &json!({ "KeyId": id, "KeyPolicy": policy }))
}

fn policy(statement: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn recorder() -> ConfigSpec {
    let bucket = Some("generated-organization-logs".to_owned());
    ConfigSpec { region: REGION.to_owned(), recorder: "default".to_owned(), service: None, recording: true, bucket }
}

fn savings_plan(number: usize, dice: &mut Dice) -> SavingsPlanSpec {
    SavingsPlanSpec {
        id: format!("00000000-0000-4000-9000-{number:012}"),
        kind: SavingsPlanType::Compute,
        commitment: format!("{}.{:02}", dice.between(0, 9), dice.between(10, 99)),
        term_years: 1,
        ends_in_days: dice.between(5, 360),
    }
}

fn closed(number: usize) -> AccountSpec {
    let mut account = AccountSpec::new(account_id(number), &format!("closed-{number}"), 1_000);
    account.organization = Some(source_id());
    account.state = AccountState::Suspended;
    account.closed_days = Some(20);
    account
}

fn alone(number: usize, dice: &mut Dice) -> AccountSpec {
    let name = format!("{}-alone-{number}", dice.pick(&PRODUCTS));
    AccountSpec::new(account_id(number), &name, dice.between(30, 2_800))
}

/// The id of the account with that number; the step makes neighbours look unlike each other.
fn account_id(number: usize) -> AccountId {
    // INVARIANT: numbers stay below 100,000, so the sum has twelve digits.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    format!("{:012}", 400_000_000_000 + number as u64 * 5_611_953).parse().expect("twelve digits")
}

fn source_id() -> OrganizationId {
    // INVARIANT: a constant of the right form.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    SOURCE.parse().expect("an organization id")
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn one_in(&mut self, odds: u64) -> bool {
        self.roll().is_multiple_of(odds)
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.roll() % span).unwrap_or(0)
    }

    fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let index = usize::try_from(self.roll() % from.len().max(1) as u64).unwrap_or(0);
        from.get(index).copied().unwrap_or_default()
    }
}
