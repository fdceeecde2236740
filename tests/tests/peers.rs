//! Programs of others against the simulated AWS: the AWS CLI moves an account, and botocore's own model checks every answer's shape. And iam-simulate
//! against the policy evaluator.

use orgkit_tests::{Keys, Output, Peer, Scene, Server, collect, peer, repository};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The AWS CLI aimed at a server with the small world.
struct Cli {
    aws: PathBuf,
    scene: Scene,
    world: String,
    server: Server,
}

impl Cli {
    fn start(test: &str) -> Option<Self> {
        Self::over(test, "Small", "Small")
    }

    /// The same with one passage of the world changed.
    fn over(test: &str, passage: &str, replacement: &str) -> Option<Self> {
        let aws = peer(test, Peer::AwsCli)?;
        let scene = Scene::new();
        let world = scene.small_world(passage, replacement);
        let server = Server::start(&scene, &["--world", &world]);
        Some(Self { aws, scene, world, server })
    }

    fn keys(&self, account: &str) -> Keys {
        self.server.keys(&self.scene, account, &["--world", &self.world])
    }

    fn call_with(&self, keys: &Keys, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.aws);
        self.server.aim(&mut command, &self.scene, keys);
        collect(command.args(arguments).args(["--output", "json"]))
    }

    /// `aws organizations …` as an account's administrator.
    fn organizations(&self, by: &str, arguments: &[&str]) -> Output {
        self.call_with(&self.keys(by), &[&["organizations"], arguments].concat())
    }

    fn answer(&self, by: &str, arguments: &[&str]) -> Value {
        let output = self.organizations(by, arguments).expect_code(0);
        if output.stdout.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}):\n{}", output.stdout))
    }

    /// A refusal with that error code.
    #[track_caller]
    fn refused(&self, by: &str, arguments: &[&str], code: &str) {
        let output = self.organizations(by, arguments);
        assert!(output.code != Some(0) && output.stderr.contains(code), "expected {code}: {output:?}");
    }

    fn invite(&self, account: &str) -> String {
        let target = format!("Id={account},Type=ACCOUNT");
        let answer = self.answer(NEW, &["invite-account-to-organization", "--target", &target]);
        answer["Handshake"]["Id"].as_str().map(str::to_owned).unwrap_or_else(|| panic!("no handshake: {answer}"))
    }
}

const NEW: &str = "100000000001";
const OLD: &str = "200000000001";
const MEMBER: &str = "200000000002";
const ADMINISTRATOR: &str = "200000000003";

#[test]
fn the_aws_cli_invites_accepts_and_moves() {
    let Some(cli) = Cli::start("the_aws_cli_invites_accepts_and_moves") else { return };
    let handshake = cli.invite(MEMBER);
    cli.refused(NEW, &["invite-account-to-organization", "--target", &format!("Id={MEMBER},Type=ACCOUNT")], "DuplicateHandshakeException");
    // Only the invited account itself accepts.
    for other in [OLD, ADMINISTRATOR, NEW] {
        cli.refused(other, &["accept-handshake", "--handshake-id", &handshake], "AccessDenied");
    }
    let accepted = cli.answer(MEMBER, &["accept-handshake", "--handshake-id", &handshake]);
    assert_eq!(accepted["Handshake"]["State"], "ACCEPTED");
    // Seen from both sides and from within.
    let is_in = |by: &str| cli.answer(by, &["list-accounts"])["Accounts"].as_array().unwrap().iter().any(|account| account["Id"] == MEMBER);
    assert!(is_in(NEW) && !is_in(OLD));
    assert_eq!(cli.answer(MEMBER, &["describe-organization"])["Organization"]["Id"], "o-newsmall001");
    let root = cli.answer(NEW, &["list-roots"])["Roots"][0]["Id"].as_str().unwrap().to_owned();
    let units = cli.answer(NEW, &["list-organizational-units-for-parent", "--parent-id", &root]);
    let units = units["OrganizationalUnits"].as_array().unwrap();
    let unit = units.iter().find(|unit| unit["Name"] == "Workloads").and_then(|unit| unit["Id"].as_str()).unwrap();
    let parent = |by: &str| cli.answer(by, &["list-parents", "--child-id", MEMBER])["Parents"][0]["Id"].clone();
    assert_eq!(parent(NEW), root.as_str());
    let moving = ["move-account", "--account-id", MEMBER, "--source-parent-id", &root, "--destination-parent-id", unit];
    cli.answer(NEW, &moving);
    assert_eq!(parent(NEW), unit);
    cli.refused(NEW, &moving, "SourceParentNotFoundException");
    cli.refused(MEMBER, &["accept-handshake", "--handshake-id", &handshake], "HandshakeAlreadyInStateException");
}

#[test]
fn the_aws_cli_is_refused_as_aws_refuses() {
    let Some(cli) = Cli::start("the_aws_cli_is_refused_as_aws_refuses") else { return };
    // A member is no administrator of its organization.
    cli.refused(MEMBER, &["list-accounts"], "AccessDeniedException");
    cli.refused(NEW, &["describe-handshake", "--handshake-id", "h-0123456789abcdef"], "HandshakeNotFoundException");
    // A delegated administrator has to be deregistered first.
    let handshake = cli.invite(ADMINISTRATOR);
    cli.refused(ADMINISTRATOR, &["accept-handshake", "--handshake-id", &handshake], "Exception");
    let deregister =
        ["deregister-delegated-administrator", "--account-id", ADMINISTRATOR, "--service-principal", "guardduty.amazonaws.com"];
    cli.answer(OLD, &deregister);
    cli.answer(ADMINISTRATOR, &["accept-handshake", "--handshake-id", &handshake]);
    // An organization with members is not deleted.
    cli.refused(OLD, &["delete-organization"], "OrganizationNotEmptyException");
    let mut keys = cli.keys(NEW);
    keys.secret.push('x');
    let output = cli.call_with(&keys, &["organizations", "list-accounts"]);
    assert!(output.code != Some(0) && output.stderr.contains("ignature"), "{output:?}");
}

/// Calls that were made in the member account.
const ACTIVITY: &str = r#"age_days = 800

[[accounts.activity]]
principal = "arn:aws:iam::200000000002:role/batch"
event_source = "ec2.amazonaws.com"
event_name = "RunInstances"
region = "us-east-1"
times = 60
first_days = 50
last_days = 1

[[accounts.activity]]
principal = "arn:aws:iam::200000000002:user/ana"
event_source = "iam.amazonaws.com"
event_name = "ListRoles"
region = "us-east-1"
last_days = 4
"#;

#[test]
fn the_aws_cli_reads_the_event_history() {
    let Some(cli) = Cli::over("the_aws_cli_reads_the_event_history", "age_days = 800", ACTIVITY) else { return };
    let keys = cli.keys(MEMBER);
    // Asked more than twice a second, the event history refuses; the CLI then waits and asks again, if it may.
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(&cli.aws);
        cli.server.aim(&mut command, &cli.scene, &keys);
        command.env("AWS_MAX_ATTEMPTS", "8").args(["cloudtrail", "lookup-events", "--output", "json"]);
        collect(command.args(arguments))
    };
    let look = |arguments: &[&str]| {
        let output = ask(arguments).expect_code(0);
        let answer: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}):\n{}", output.stdout));
        answer["Events"].as_array().cloned().unwrap_or_default()
    };
    assert_eq!(look(&[]).len(), 61, "the CLI puts the pages together");
    let by_ana = look(&["--lookup-attributes", "AttributeKey=Username,AttributeValue=ana"]);
    let record: Value = serde_json::from_str(by_ana[0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!((by_ana.len(), &record["eventName"], &record["readOnly"]), (1, &Value::from("ListRoles"), &Value::from(true)));
    let two = ["--lookup-attributes", "AttributeKey=EventName,AttributeValue=a", "AttributeKey=EventName,AttributeValue=b"];
    let refused = ask(&two);
    assert!(refused.code != Some(0) && refused.stderr.contains("InvalidLookupAttributes"), "{refused:?}");
}

#[test]
fn botocore_finds_every_answer_in_its_documented_shape() {
    const TEST: &str = "botocore_finds_every_answer_in_its_documented_shape";
    let Some(python) = peer(TEST, Peer::Boto3) else { return };
    let scene = Scene::new();
    let server = Server::start(&scene, &[]);
    let shown = scene.run(&["sim", "show", "--output", "json"]).expect_code(0).stdout;
    let accounts = accounts_of(&shown);
    let mut command = Command::new(python);
    server.aim(&mut command, &scene, &server.keys(&scene, &accounts[0], &[]));
    for account in &accounts {
        let keys = server.keys(&scene, account, &[]);
        command.env(format!("ORGKIT_KEYS_{account}"), format!("{}:{}", keys.id, keys.secret));
    }
    let output = collect(command.arg(repository().join("tests/peers/shapes.py")).args(&accounts)).expect_code(0);
    assert!(output.stdout.lines().count() >= 50, "too little was checked:\n{}", output.stdout);
}

#[test]
fn iam_simulate_agrees_or_a_rule_says_why_not() {
    if peer("iam_simulate_agrees_or_a_rule_says_why_not", Peer::IamSimulate).is_none() {
        return;
    }
    let mut command = Command::new(env!("CARGO"));
    let output = collect(command.args(["xtask", "iam-diff", "--cases", "2000", "--seed", "7"]).current_dir(repository())).expect_code(0);
    assert!(output.stdout.starts_with("2000 cases of seed 7: "), "{output:?}");
}

/// The accounts that `orgkit sim show` lists.
fn accounts_of(shown: &str) -> Vec<String> {
    let shown: Value = serde_json::from_str(shown).unwrap_or_else(|error| panic!("not JSON ({error}):\n{shown}"));
    shown["accounts"].as_array().into_iter().flatten().filter_map(|account| account["id"].as_str().map(str::to_owned)).collect()
}
