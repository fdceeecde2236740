//! The organization trail: it reaches the account, logs, and ends where it should.
//! [AWS CloudTrail User Guide, "Creating a trail for an organization"]

use orgkit_policy_sdk::log_paths::{self, Hop, Path};
use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{Finding, FindingExt as _, RuleError, Status, Subject, SubjectExt as _, Unknown, facts, parse_params};

const TRAIL: &str = "cloudtrail:DescribeTrails";

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// The account that the logs must end in; empty where any will do.
    log_archive_account: String,
    /// Whether the trail must validate its log files.
    validation: bool,
    /// Whether the trail must encrypt with a KMS key.
    encryption: bool,
}

pub(crate) fn assess(params: &str, account: &Subject) -> Result<Vec<Finding>, RuleError> {
    let params: Params = parse_params(params)?;
    let paths = match log_paths::trace("cloudtrail:organization", &account.account, None) {
        Ok(paths) => paths,
        Err(why) => return Ok(vec![account.undetermined(&Unknown(why))]),
    };
    let mut verdicts: Vec<Vec<Finding>> = paths.iter().map(|path| judge(path, account, &params)).collect();
    // One good trail is enough; otherwise the one that says most about the way to a good one.
    verdicts.sort_by_key(|findings| findings.iter().map(|finding| rank(finding.status)).max());
    Ok(verdicts.into_iter().next().unwrap_or_else(|| vec![account.fail("missing")]))
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Pass | Status::NotApplicable => 0,
        Status::Undetermined => 1,
        Status::Fail => 2,
    }
}

fn judge(path: &Path, account: &Subject, params: &Params) -> Vec<Finding> {
    let Some(trail) = path.hops.first() else { return vec![account.fail("missing")] };
    match trail.state.as_str() {
        "missing" => vec![account.fail("missing")],
        "not-logging" => vec![seen(account.fail("not-logging"), trail)],
        "logging" => logging(path, trail, account, params),
        _ => vec![account.undetermined(&Unknown(trail.note.clone().unwrap_or_else(|| format!("the state of {}", trail.name))))],
    }
}

fn logging(path: &Path, trail: &Hop, account: &Subject, params: &Params) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(error) = &trail.note {
        findings.push(seen(account.fail("delivery-fails"), trail).with("error", error));
    }
    match shape(trail, account, params) {
        Ok(wrong) => findings.extend(wrong),
        Err(unknown) => findings.push(account.undetermined(&unknown)),
    }
    if !params.log_archive_account.is_empty() {
        match path.reaches.as_deref() {
            Some(owner) if owner == params.log_archive_account => {}
            Some(owner) => findings.push(seen(account.fail("wrong-archive"), trail).with("reaches", owner)),
            None => findings.push(account.undetermined(&Unknown(format!("the owner of the bucket that {} writes to", trail.name)))),
        }
    }
    if findings.is_empty() {
        findings.push(seen(account.say(Status::Pass, "logging"), trail));
    }
    findings
}

/// Whether the trail is made as it should be.
fn shape(trail: &Hop, account: &Subject, params: &Params) -> Result<Vec<Finding>, Unknown> {
    let fact = facts::find(TRAIL, Some(&account.account))?
        .into_iter()
        .find(|fact| Some(fact.id) == trail.at)
        .ok_or_else(|| Unknown(format!("{TRAIL} of {}", trail.name)))?;
    let doc = facts::document(&fact)?;
    let on = |name: &str| doc.get(name).and_then(Value::as_bool) == Some(true);
    let mut wrong = Vec::new();
    let mut require = |needed: bool, holds: bool, code: &str, member: &str| {
        if needed && !holds {
            wrong.push(account.fail(code).with("trail", &trail.name).seen(fact.id, &format!("/{member}"), "false"));
        }
    };
    require(true, on("IsMultiRegionTrail"), "single-region", "IsMultiRegionTrail");
    require(params.validation, on("LogFileValidationEnabled"), "not-validated", "LogFileValidationEnabled");
    require(params.encryption, doc.get("KmsKeyId").is_some_and(Value::is_string), "not-encrypted", "KmsKeyId");
    Ok(wrong)
}

fn seen(finding: Finding, trail: &Hop) -> Finding {
    let named = finding.with("trail", &trail.name);
    match trail.at {
        Some(fact) => named.seen(fact, "", &trail.state),
        None => named,
    }
}
