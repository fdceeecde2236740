//! What a world file is read as, and what is said of one that is wrong.

use super::{ACME, WorldFile, generate};
use proptest::prelude::*;

/// A small file that is right; each case below breaks it in one place.
const GOOD: &str = r#"version = 1
name = "small"
regions = ["us-east-1"]

[[organizations]]
id = "o-aaaaaaaaaa"
role = "target"
management = "111111111111"
age_days = 30

[[organizations]]
id = "o-bbbbbbbbbb"
role = "source"
management = "222222222222"
age_days = 900
units = [{ path = "Workloads" }, { path = "Workloads/Production" }]

[[organizations.policies]]
name = "guardrail"
type = "SERVICE_CONTROL_POLICY"
attach = ["Workloads"]
document = '''
{
  "Version": "2012-10-17"
}
'''

[[accounts]]
id = "111111111111"
name = "new"
age_days = 31

[[accounts]]
id = "222222222222"
name = "old"
age_days = 901

[[accounts]]
id = "333333333333"
name = "shop"
organization = "o-bbbbbbbbbb"
unit = "Workloads/Production"
age_days = 500
"#;

/// What is said of the small file with one text replaced by another.
fn said(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "`{from}` is not in the small file");
    match WorldFile::parse("world.toml", &GOOD.replacen(from, to, 1)) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => {
            let hint = error.hint().unwrap_or_else(|| "-".to_owned());
            format!("[{}] {error}\n  {hint}", error.problem.kind())
        }
    }
}

#[test]
fn governance() {
    let zone = |more: &str| {
        let shared = "log_archive = \"333333333333\", audit = \"444444444444\"";
        let account = "[[accounts]]\nid = \"444444444444\"\nname = \"audit\"\norganization = \"o-bbbbbbbbbb\"\nunit = \"Workloads/Production\"\nage_days = 400";
        GOOD.replacen("age_days = 900\n", &format!("age_days = 900\nlanding_zone = {{ {shared}, {more} }}\n"), 1) + account
    };
    let said = |text: &str| WorldFile::parse("world.toml", text).err().map(|error| error.problem.to_string()).unwrap_or_default();
    for (text, expected) in [
        (zone("home_region = \"us-east-1\", units = [\"Workloads\"]"), ""),
        (zone("home_region = \"us-west-1\""), "region `us-west-1` is not in the file"),
        (zone("home_region = \"us-east-1\", version = \"5.0\""), "landing zones have no version `5.0`"),
        (zone("home_region = \"us-east-1\", units = [\"Nowhere\"]"), "unit `Nowhere` is not in the file"),
        (
            zone("home_region = \"us-east-1\", not_enrolled = [\"111111111111\"]"),
            "account `111111111111` is not in organization `o-bbbbbbbbbb`",
        ),
        (
            zone("home_region = \"us-east-1\"").replacen("audit = \"444444444444\"", "audit = \"222222222222\"", 1),
            "the shared accounts of the landing zone stand in no unit",
        ),
        (
            zone("home_region = \"us-east-1\"").replacen("landing_zone", "baseline = { config_bucket = \"b\" }\nlanding_zone", 1),
            "the organization brings AWS Config both by `baseline` and by its landing zone",
        ),
        (
            GOOD.to_owned() + "alternate_contacts = [{ type = \"LEGAL\", name = \"a\", email = \"a@b\", phone = \"1\" }]",
            "unknown value `LEGAL`",
        ),
    ] {
        assert_eq!(said(&text), expected);
    }
}

#[test]
fn the_small_file_is_right() {
    assert_eq!(said("version = 1", "version = 1 # as it is"), "nothing");
}

#[test]
fn form() {
    let cases = [
        ("name = \"small\"", "name = "),
        ("version = 1", "version = 2"),
        ("version = 1\n", ""),
        ("management = \"111111111111\"", "mangement = \"111111111111\""),
        ("age_days = 30", "age_days = -30"),
        ("id = \"333333333333\"", "id = 333333333333"),
        ("id = \"333333333333\"", "id = \"33333333333\""),
        ("role = \"source\"", "role = \"sauce\""),
        ("SERVICE_CONTROL_POLICY", "TAG_POLICY"),
        ("regions = [\"us-east-1\"]", "regions = []"),
        ("regions = [\"us-east-1\"]", "regions = \"us-east-1\""),
    ];
    let text: Vec<String> = cases.map(|(from, to)| said(from, to)).to_vec();
    insta::assert_snapshot!(text.join("\n"), @r#"
    [syntax] world.toml:2:8: not valid TOML: string values must be quoted, expected literal string
      -
    [version] world.toml:1:11: the file has version 2, and this program reads version 1
      use a newer orgkit, or set `version = 1` and keep to what version 1 knows
    [missing-key] world.toml:1:1: `version` is missing
      add `version = …`
    [unknown-key] world.toml:8:1: unknown key `mangement`
      did you mean `management`?
    [value] world.toml:9:12: expected a whole number of 0 or more, found an integer `-30`
      -
    [value] world.toml:39:6: expected a string, found an integer `333333333333`
      ids are text: put it between quotes
    [value] world.toml:39:6: `33333333333` is not an AWS account id (twelve digits)
      write all twelve digits, leading zeros included, without dashes
    [unknown-word] world.toml:13:8: unknown value `sauce`
      did you mean `source`?
    [unknown-word] world.toml:20:8: unknown value `TAG_POLICY`
      it can be `SERVICE_CONTROL_POLICY`, `RESOURCE_CONTROL_POLICY`
    [empty] world.toml:3:11: `regions` is empty
      list the regions in use, such as `regions = ["us-east-1"]`
    [value] world.toml:3:11: expected a list, found a string "us-east-1"
      put it between `[` and `]`
    "#);
}

#[test]
fn places() {
    let cases = [
        ("id = \"333333333333\"", "id = \"222222222222\""),
        ("management = \"222222222222\"", "management = \"111111111111\""),
        ("name = \"new\"", "name = \"new\"\norganization = \"o-bbbbbbbbbb\""),
        ("organization = \"o-bbbbbbbbbb\"", "organization = \"o-bbbbbbbbbc\""),
        ("organization = \"o-bbbbbbbbbb\"", ""),
        ("unit = \"Workloads/Production\"", "unit = \"Workloads/Prodution\""),
        ("{ path = \"Workloads\" }, ", ""),
        ("role = \"target\"", "role = \"bystander\""),
        ("role = \"source\"", "role = \"target\""),
        ("management = \"222222222222\"", "management = \"222222222223\""),
        ("name = \"old\"", "name = \"old\"\nstate = \"SUSPENDED\""),
        ("attach = [\"Workloads\"]", "attach = [\"Root\", \"111111111111\"]"),
        ("path = \"Workloads\" }, ", "path = \"Workloads\" }, { path = \"Root/Security\" }, { path = \"Root\" },"),
    ];
    let text: Vec<String> = cases.map(|(from, to)| said(from, to)).to_vec();
    insta::assert_snapshot!(text.join("\n"), @r#"
    [duplicate] world.toml:39:6: account `222222222222` is listed twice, in lines 34 and 39
      give each account one entry
    [two-organizations] world.toml:14:14: account `111111111111` is in two organizations: `o-aaaaaaaaaa` and `o-bbbbbbbbbb`
      an account is in one organization at most; an invitation does not make it a member
    [two-organizations] world.toml:8:14: account `111111111111` is in two organizations: `o-bbbbbbbbbb` and `o-aaaaaaaaaa`
      an account is in one organization at most; an invitation does not make it a member
    [unknown-name] world.toml:41:16: organization `o-bbbbbbbbbc` is not in the file
      did you mean `o-bbbbbbbbbb`?
    [contradiction] world.toml:42:8: account `333333333333` is in unit `Workloads/Production`, but in no organization
      give it its `organization`, or leave out `unit`
    [unknown-name] world.toml:42:8: unit `Workloads/Prodution` is not in the file
      did you mean `Workloads/Production`?
    [missing-parent] world.toml:16:19: unit `Workloads/Production` has no parent: `Workloads` is not listed
      add a unit with `path = "Workloads"`
    [targets] world.toml:5:1: the file has 0 organizations with the role `target`, and needs exactly one
      set `role = "target"` on the organization to move into
    [targets] world.toml:13:8: the file has 2 organizations with the role `target`, and needs exactly one
      set `role = "bystander"` on the others
    [unknown-name] world.toml:14:14: account `222222222223` is not in the file
      did you mean `222222222222`?
    [contradiction] world.toml:14:14: management account `222222222222` is not active
      a management account cannot be closed while its organization stands: leave out its `state`
    [not-in-organization] world.toml:21:19: account `111111111111` is not in organization `o-bbbbbbbbbb`
      give the account `organization = "o-bbbbbbbbbb"`
    [contradiction] world.toml:16:43: unit path `Root/Security` names the root
      paths begin below the root: `Workloads`, not `Root/Workloads`
    "#);
}

#[test]
fn features_and_bills() {
    for (given, expected) in [
        ("feature_set = \"CONSOLIDATED_BILLING\"", "has consolidated billing only, and `policies`"),
        ("billing_transfers = { paid_by = \"o-aaaaaaaaaa\", inbound_quota = 1 }\ngovcloud = true", "nothing"),
        ("billing_transfers = { paid_by = \"o-aaaaaaaaab\" }", "organization `o-aaaaaaaaab` is not in the file"),
        ("billing_transfers = { paid_by = \"o-bbbbbbbbbb\" }", "takes its own bill over"),
    ] {
        let heard = said("role = \"source\"", &format!("role = \"source\"\n{given}"));
        assert!(heard.contains(expected), "{given}: {heard}");
    }
    assert_eq!(said("name = \"shop\"", "name = \"shop\"\nsignup = { email_verified = false, seller = \"AWS_INDIA\" }"), "nothing");
}

#[test]
fn contents() {
    let long = format!("\"Version\": \"{}\"", "é".repeat(10_240));
    let account = |more: &str| format!("age_days = 500\n{more}");
    let cases = [
        ("\"Version\": \"2012-10-17\"", "\"Version\": \"2012-10-17\",".to_owned()),
        ("\"Version\": \"2012-10-17\"", "\"Vérsion\": \"é\" \"x\"".to_owned()),
        ("'''\n{\n  \"Version\": \"2012-10-17\"\n}\n'''", "\"{\\\"Version\\\": x}\"".to_owned()),
        ("'''\n{\n  \"Version\": \"2012-10-17\"\n}\n'''", "'[]'".to_owned()),
        ("\"Version\": \"2012-10-17\"", long),
        ("age_days = 500", account("[[accounts.roles]]\nname = \"r\"")),
        ("age_days = 500", account("[[accounts.roles]]\nname = \"r\"\ntrusts = [\"111111111111\", \"everyone\"]")),
        ("age_days = 500", account("[[accounts.roles]]\nname = \"r\"\ntrusts = [\"111111111111\"]\nmanaged_policies = [\"Admin\"]")),
        ("age_days = 500", account("[[accounts.config]]\nregion = \"us-east-2\"")),
        ("age_days = 500", account("[[accounts.resources]]\ntype = \"AWS::EC2\"\nidentifier = \"vpc-1\"\nregion = \"us-east-1\"")),
        (
            "age_days = 500",
            account("[[accounts.shares]]\nname = \"s\"\nregion = \"us-east-1\"\nprincipals = [\"Everyone\"]\nresources = []"),
        ),
        ("age_days = 500", account("member_days = 501")),
        ("age_days = 500", account("closed_days = 5")),
    ];
    let text: Vec<String> = cases.iter().map(|(from, to)| said(from, to)).collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    [json] world.toml:25:1: not a JSON object: trailing comma
      -
    [json] world.toml:24:18: not a JSON object: expected `,` or `}`
      -
    [json] world.toml:22:12: not a JSON object: expected value in line 1, column 13 of the document
      put the document between ''' and ''', and nothing in it needs escaping
    [json] world.toml:22:13: not a JSON object: invalid type: sequence, expected a map
      -
    [too-long] world.toml:22:12: policy `guardrail` has 10260 characters, and AWS takes at most 10240
      the API counts whitespace too: write the document on one line, or split the policy
    [contradiction] world.toml:44:1: role `r` has to say who may assume it, once
      write either `trusts = ["111122223333"]` or the whole policy in `trust`
    [contradiction] world.toml:46:27: `everyone` is not an account id, an ARN or a service principal
      write `111122223333`, `arn:aws:iam::111122223333:role/name` or `lambda.amazonaws.com`
    [unknown-name] world.toml:47:21: IAM policy `Admin` is not in the file
      the file lists no IAM policy: add `Admin`
    [unknown-name] world.toml:45:10: region `us-east-2` is not in the file
      add `us-east-2` to `regions`, or use one that is listed there
    [contradiction] world.toml:45:8: `AWS::EC2` is not a resource type
      write a CloudFormation resource type, such as `AWS::S3::BucketPolicy`
    [unknown-name] world.toml:47:15: unit `Everyone` is not in the file
      it can be `Organization`, `Workloads`, `Workloads/Production`
    [contradiction] world.toml:44:15: account `333333333333` is younger than its membership
      `age_days` is `member_days` or more
    [contradiction] world.toml:44:15: account `333333333333` is active and closed
      set its `state`, or leave out `closed_days`
    "#);
}

#[test]
fn calls() {
    let role = "arn:aws:iam::333333333333:role/batch";
    let call = |principal: &str, source: &str, region: &str, more: &str| {
        let required = format!("event_name = \"RunInstances\"\nregion = \"{region}\"");
        format!("age_days = 500\n[[accounts.activity]]\nprincipal = \"{principal}\"\nevent_source = \"{source}\"\n{required}\n{more}")
    };
    let cases = [
        call(role, "ec2.amazonaws.com", "us-east-1", "last_days = 3"),
        call("autoscaling.amazonaws.com", "ec2.amazonaws.com", "us-east-1", "last_days = 3\nfirst_days = 400\ntimes = 9"),
        call("batch", "ec2.amazonaws.com", "us-east-1", "last_days = 3"),
        call("arn:aws:iam::333333333333:role/", "ec2.amazonaws.com", "us-east-1", "last_days = 3"),
        call(role, "ec2", "us-east-1", "last_days = 3"),
        call(role, "ec2.amazonaws.com", "us-east-2", "last_days = 3"),
        call(role, "ec2.amazonaws.com", "us-east-1", "last_days = 3\nfirst_days = 2"),
        call(role, "ec2.amazonaws.com", "us-east-1", "last_days = 501"),
        call(role, "ec2.amazonaws.com", "us-east-1", "last_days = 3\ntimes = 0"),
        call(role, "ec2.amazonaws.com", "us-east-1", "last_days = 3\nrequest_parameters = '{'"),
    ];
    let text: Vec<String> = cases.iter().map(|to| said("age_days = 500", to)).collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    nothing
    nothing
    [contradiction] world.toml:45:13: `batch` is no caller that CloudTrail records
      write the ARN of a role, a user or a root user, or a service such as `lambda.amazonaws.com`
    [contradiction] world.toml:45:13: `arn:aws:iam::333333333333:role/` is no caller that CloudTrail records
      write the ARN of a role, a user or a root user, or a service such as `lambda.amazonaws.com`
    [contradiction] world.toml:46:16: `ec2` is no event source
      write the service as CloudTrail does, such as `ec2.amazonaws.com`
    [unknown-name] world.toml:48:10: region `us-east-2` is not in the file
      add `us-east-2` to `regions`, or use one that is listed there
    [contradiction] world.toml:50:14: `RunInstances` was called for the first time after the last
      a call is made once or more, first before last, and not before its account was there
    [contradiction] world.toml:49:13: `RunInstances` was called before account `333333333333` was there
      a call is made once or more, first before last, and not before its account was there
    [contradiction] world.toml:50:9: `RunInstances` was called 0 times
      a call is made once or more, first before last, and not before its account was there
    [json] world.toml:50:23: not a JSON object: EOF while parsing an object
      -
    "#);
}

#[test]
fn windows_line_ends_do_not_move_positions() {
    let broken = GOOD.replacen("\"2012-10-17\"", "\"2012-10-17\",", 1);
    let (unix, windows) = (WorldFile::parse("w", &broken), WorldFile::parse("w", &broken.replace('\n', "\r\n")));
    assert_eq!(unix.unwrap_err(), windows.unwrap_err());
}

#[test]
fn acme_is_right_and_fits_the_schema() {
    let acme = WorldFile::acme();
    let legacy = acme.organization(&"o-acmelegacy1".parse().unwrap()).unwrap();
    assert_eq!(acme.accounts_of(legacy).count(), 7);
    assert_eq!(acme.accounts.iter().filter(|account| acme.organization_of(account).is_none()).count(), 3);
    let schema = jsonschema::validator_for(&WorldFile::schema()).unwrap();
    let json: serde_json::Value = toml::from_str(ACME).unwrap();
    assert!(schema.is_valid(&json), "{:?}", schema.iter_errors(&json).map(|error| error.to_string()).collect::<Vec<_>>());
    let wrong: serde_json::Value = toml::from_str(&ACME.replacen("\"111122223333\"", "\"1111-2222-3333\"", 1)).unwrap();
    assert!(!schema.is_valid(&wrong));
}

#[test]
fn worlds_round_trip() {
    let acme = WorldFile::acme();
    let again = WorldFile::parse("again", &acme.to_toml()).unwrap();
    assert_eq!(again, acme);
    assert_eq!(again.digest(), acme.digest());
}

#[test]
fn the_documented_example_is_right() {
    let page = include_str!("../../../../docs/world-file.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let world = WorldFile::parse("docs/world-file.md", example).unwrap();
    assert_eq!(world.accounts.len(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn generated_worlds_are_right_whatever_the_seed(accounts in 1_usize..300, seed: u64) {
        let world = generate(accounts, seed);
        prop_assert_eq!(&world, &generate(accounts, seed));
        let again = WorldFile::parse("generated", &world.to_toml());
        prop_assert_eq!(again.as_ref(), Ok(&world));
        let target = world.target().map(|target| world.accounts_of(target).count());
        let closed = world.accounts.iter().filter(|account| account.closed_days.is_some()).count();
        prop_assert_eq!(world.accounts.len() - closed - target.unwrap_or(0), accounts);
    }
}

#[test]
fn large_generated_worlds_have_what_makes_migrations_hard() {
    let world = generate(1_000, 7);
    assert_eq!(WorldFile::parse("generated", &world.to_toml()).as_ref(), Ok(&world));
    assert_ne!(world.digest(), generate(1_000, 8).digest());
    let text = world.to_toml();
    for needle in ["StringNotEquals", "StringEquals", "AWS::KMS::Key", "savings_plans", "INVITED", "SUSPENDED", "accounts.config"] {
        assert!(text.contains(needle), "no {needle}");
    }
}
