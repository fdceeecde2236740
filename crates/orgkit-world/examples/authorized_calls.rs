//! How many calls a second the world authorizes and answers on one core: `cargo run --release -p orgkit-world --example authorized_calls`.
//!
//! A thousand accounts beside SCPs with conditions; sessions in a hundred of them take turns, so that no answer profits from the one before.

use jiff::Timestamp;
use orgkit_world::{Call, OrganizationRole, PolicySpec, Principal, World, WorldFile, generate};
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

const CALLS: u32 = 200_000;
const SESSIONS: usize = 100;
const REGIONS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1"]}}},{"Effect":"Deny","Action":["iam:CreateUser","iam:CreateAccessKey"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Administrator"}}}]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let now: Timestamp = "2026-11-01T00:00:00Z".parse()?;
    let file = estate()?;
    let mut world = World::from_file(&file, 7, now)?;
    let callers = sessions(&mut world, &file, now)?;
    let mut out = std::io::stdout().lock();
    for (service, operation, input) in [
        ("sts", "GetCallerIdentity", json!({})),
        ("iam", "GetRole", json!({ "RoleName": "OrganizationAccountAccessRole" })),
        ("organizations", "DescribeOrganization", json!({})),
    ] {
        let call = Call { service: service.to_owned(), operation: operation.to_owned(), region: "us-east-1".to_owned(), input };
        let begun = Instant::now();
        for caller in callers.iter().cycle().take(CALLS as usize) {
            world.handle(caller, &call, now)?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        writeln!(out, "{service}:{operation}: {:.0} calls a second", f64::from(CALLS) / seconds)?;
    }
    Ok(())
}

/// A generated estate with one more SCP on the root and one on a unit.
fn estate() -> Result<WorldFile, Box<dyn Error>> {
    let mut file = generate(1_000, 7);
    let source = file.organizations.iter_mut().find(|organization| organization.role == OrganizationRole::Source);
    let source = source.ok_or("the estate has an old organization")?;
    let kind = source.policies.first().ok_or("it has an SCP")?.kind;
    for (name, place) in [("regions", "Root"), ("regions-again", "Workloads")] {
        source.policies.push(PolicySpec { name: name.to_owned(), kind, attach: vec![place.to_owned()], document: REGIONS.to_owned() });
    }
    Ok(file)
}

/// Sessions of the access role in accounts that have it.
fn sessions(world: &mut World, file: &WorldFile, now: Timestamp) -> Result<Vec<Principal>, Box<dyn Error>> {
    let mut sessions = Vec::new();
    for account in &file.accounts {
        let Some(organization) = file.organization_of(account).filter(|_| file.has_access_role(account)) else { continue };
        let manager = world.administrator(&organization.management).ok_or("it has a management account")?;
        let input =
            json!({ "RoleArn": format!("arn:aws:iam::{}:role/OrganizationAccountAccessRole", account.id), "RoleSessionName": "orgkit" });
        let call = Call { service: "sts".to_owned(), operation: "AssumeRole".to_owned(), region: "us-east-1".to_owned(), input };
        let Ok(answer) = world.handle(&manager, &call, now) else { continue };
        let key = answer.pointer("/Credentials/AccessKeyId").and_then(Value::as_str).unwrap_or_default();
        sessions.extend(world.session(key).map(|session| session.principal.clone()));
        if sessions.len() == SESSIONS {
            break;
        }
    }
    Ok(sessions)
}
