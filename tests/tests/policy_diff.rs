//! `orgkit policy diff`, as typed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Output, collect, orgkit};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};

const WORLD: &str = r#"
version = 1
name = "diff"
regions = ["us-east-1"]

[[organizations]]
id = "o-difftarget1"
role = "target"
management = "100000000001"
age_days = 30
units = [{ path = "Workloads" }, { path = "Workloads/Production" }]

[[organizations.policies]]
name = "regions"
type = "SERVICE_CONTROL_POLICY"
attach = ["Workloads"]
document = '''
{"Version": "2012-10-17", "Statement": [{"Sid": "Home", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
  "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}}]}
'''

[[organizations]]
id = "o-diffsource1"
role = "source"
management = "200000000001"
age_days = 900
units = [{ path = "Legacy" }]

[[accounts]]
id = "100000000001"
name = "target-management"
age_days = 31

[[accounts]]
id = "200000000001"
name = "source-management"
age_days = 901

[[accounts]]
id = "300000000001"
name = "shop"
organization = "o-diffsource1"
unit = "Legacy"
age_days = 800
"#;

/// An estate in a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = folder.path().join("world.toml");
        std::fs::write(&world, WORLD).unwrap();
        collect(orgkit(folder.path()).args(["discover", "--rehearse"]).arg(&world).arg("--state").arg(folder.path())).expect_code(0);
        Self { folder }
    }

    fn estate(&self) -> PathBuf {
        self.folder.path().join("rehearsal/estate.db")
    }

    fn diff(&self, words: &[&str]) -> Output {
        collect(orgkit(self.folder.path()).args(["policy", "diff", "--estate"]).arg(self.estate()).args(words))
    }

    /// A trail of a whole file, one that is cut off, a digest, and a file of another account.
    fn trail(&self) -> PathBuf {
        let trail = self.folder.path().join("AWSLogs");
        let day = |account: &str, kind: &str| trail.join(account).join(kind).join("us-east-1/2026/10/05");
        let records: Vec<String> = (0..400).map(|id| record(id, if id % 2 == 0 { "ec2:RunInstances" } else { "iam:ListRoles" })).collect();
        let packed = gzip(&format!(r#"{{"Records":[{}]}}"#, records.join(",")));
        put(&day("300000000001", "CloudTrail"), "a.json.gz", &packed);
        // The same events again, as far as they go.
        put(&day("300000000001", "CloudTrail"), "b.json.gz", &packed[..packed.len() / 2]);
        put(&day("300000000001", "CloudTrail-Digest"), "d.json.gz", &packed);
        put(&day("200000000001", "CloudTrail"), "o.json.gz", &packed);
        trail
    }
}

fn record(id: u32, event: &str) -> String {
    let (source, name) = event.split_once(':').unwrap();
    format!(
        r#"{{"eventID":"e-{id}","eventType":"AwsApiCall","eventTime":"2026-10-05T08:00:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","recipientAccountId":"300000000001","userIdentity":{{"type":"IAMUser","accountId":"300000000001","arn":"arn:aws:iam::300000000001:user/ana","userName":"ana"}},"requestID":"{:x}"}}"#,
        u64::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    )
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn calls_that_would_be_denied_end_with_three() {
    let desk = Desk::new();
    let trail = desk.trail();
    let words = ["--account", "300000000001", "--to", "Workloads/Production", "--activity", trail.to_str().unwrap(), "--output", "json"];
    let done = desk.diff(&words).expect_code(3);
    let answer: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((&answer["from"], &answer["to"]), (&"Legacy of o-diffsource1".into(), &"Workloads/Production of o-difftarget1".into()));
    let activity = &answer["activity"];
    let denied = &activity["report"]["after"]["newlyDenied"][0];
    assert_eq!((&denied["action"], &denied["calls"]), (&"ec2:RunInstances".into(), &200.into()));
    assert_eq!((&denied["because"][0]["policy"], &denied["because"][0]["statement"]), (&"regions".into(), &"Home".into()));
    assert_eq!(activity["report"]["after"]["counts"]["unchanged"], 200);
    assert_eq!(activity["leftOut"], serde_json::json!({ "otherAccounts": 1, "tooOld": 0, "noLogs": 1 }));
    let broken = activity["broken"].as_array().unwrap();
    assert!(broken.iter().any(|one| one["file"].as_str().unwrap().ends_with("b.json.gz")), "{broken:?}");
    let reasons: Vec<&str> = activity["report"]["setAside"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["duplicate", "broken"]);

    let quiet = desk.diff(&["--account", "300000000001", "--to", "/", "--activity", trail.to_str().unwrap()]).expect_code(1);
    assert!(quiet.stderr.contains("error[OK2235]"), "{}", quiet.stderr);
    assert!(quiet.stdout.contains("Nothing changes in the root of o-difftarget1: 400 calls"), "{}", quiet.stdout);
}

#[test]
fn guardrails_are_compared_without_records() {
    let desk = Desk::new();
    let text = desk.diff(&["--account", "300000000001", "--to", "Workloads"]).expect_code(3).stdout;
    assert!(text.contains("SCP, denied under conditions") && text.contains("regions Home"), "{text}");
}

#[test]
fn what_is_not_there_is_said() {
    let desk = Desk::new();
    for (words, code, says) in [
        (&["--account", "300000000009", "--to", "/"][..], 64, "error[OK2232]: the estate has no account `300000000009`"),
        (&["--account", "300000000001", "--to", "Workloads/Prod"], 64, "such as `Workloads/Production`"),
        (&["--account", "300000000001", "--to", "/", "--activity", "/nowhere"], 64, "error[OK2234]: cannot read `/nowhere`"),
        (&["--account", "300000000001", "--to", "/", "--since", "2026-01-01"], 64, "--activity"),
    ] {
        let told = desk.diff(words).expect_code(code).stderr;
        assert!(told.contains(says), "{words:?}: {told}");
    }
    let nowhere = ["policy", "diff", "--estate", "/nowhere/estate.db", "--account", "300000000001", "--to", "/"];
    let told = collect(orgkit(desk.folder.path()).args(nowhere)).expect_code(64).stderr;
    assert!(told.contains("error[OK2231]"), "{told}");
}
