//! What a world file is read as, and what is said of one that is wrong.

use super::{ACME, WorldFile};

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
    insta::assert_snapshot!(text.join("\n"), @"");
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
    insta::assert_snapshot!(text.join("\n"), @"");
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
    insta::assert_snapshot!(text.join("\n"), @"");
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
