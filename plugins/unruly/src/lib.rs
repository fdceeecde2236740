//! A plugin that misbehaves in every way a plugin can. The sandbox's tests run it; no pack has it.

use orgkit_policy_sdk::{Context, Finding, Policy, RuleError, Subject, SubjectExt as _, Unknown, facts, log, no_such_rule};

struct Unruly;

impl Policy for Unruly {
    fn check(ctx: &Context, _params: &str, batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
        match ctx.rule.as_str() {
            "loop" => endless(),
            "panic" => panic!("a guest's panic is a trap"),
            "grow" => Ok(grow(batch)),
            "recurse" => Ok(vec![batch[0].fail(&deep(batch.len() as u64).to_string())]),
            "silent" => Ok(Vec::new()),
            "stranger" => Ok(vec![Finding { about: 4_000_000, ..batch[0].pass() }]),
            "flood" => Ok(batch.iter().cycle().take(100_000).map(|subject| subject.pass()).collect()),
            "chatter" => chatter(batch),
            "undeclared" => Ok(batch.iter().map(|subject| ask(subject, "AWS::S3::Bucket")).collect()),
            "ask" => Ok(batch.iter().map(|subject| ask(subject, "cloudtrail:DescribeTrails")).collect()),
            "pester" => pester(),
            _ => Err(no_such_rule(ctx)),
        }
    }
}

orgkit_policy_sdk::export!(Unruly);

fn endless() -> Result<Vec<Finding>, RuleError> {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

fn grow(batch: &[Subject]) -> Vec<Finding> {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(std::hint::black_box(vec![1; 1 << 20]));
        if hoard.len() > 200 {
            return batch.iter().map(|subject| subject.pass()).collect();
        }
    }
}

fn deep(level: u64) -> u64 {
    let here = std::hint::black_box([level; 64]);
    if level == u64::MAX { 0 } else { deep(level + 1) + here[0] }
}

fn chatter(batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
    for line in 0..1_000 {
        log::write(log::Level::Info, &format!("line {line} \u{1b}[31m"));
    }
    Ok(batch.iter().map(|subject| subject.pass()).collect())
}

fn ask(subject: &Subject, kind: &str) -> Finding {
    match facts::find(kind, Some(&subject.account)) {
        Ok(_) => subject.pass(),
        Err(Unknown(why)) => subject.undetermined(&Unknown(why)),
    }
}

fn pester() -> Result<Vec<Finding>, RuleError> {
    loop {
        facts::gaps("cloudtrail:DescribeTrails", None);
    }
}
