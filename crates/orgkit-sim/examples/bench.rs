//! How fast the simulated AWS is: loading a world, moving accounts through the cloud traits, answering signed requests. One JSON object a line.
//!
//! `cargo run --release -p orgkit-sim --example bench -- [ACCOUNTS] [MOVES] [REQUESTS]`
#![expect(clippy::disallowed_methods, reason = "it measures, on the machine's clock")]

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudChange as _, CloudRead as _};
use orgkit_model::{AccountId, AccountState, ParentId};
use orgkit_sim::{AccountSpec, Call, Keys, OrganizationRole, OrganizationSpec, SimCloud, Simulator, WorldFile, generate, keys_of};
use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

type Done<T> = Result<T, Box<dyn Error>>;

/// How many invitations are open while accounts move.
const OPEN: usize = 500;
/// How many calls a move takes: `AssumeRole` and the seven of [`transfer`].
const CALLS: u32 = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let mut next = |usual: u32| numbers.next().unwrap_or(Ok(usual));
    let (accounts, moves, requests) = (next(10_000)?, next(5_000)?, next(50_000)?);
    let text = generate(usize::try_from(accounts)?, 7).to_toml();
    let began = Instant::now();
    let file = WorldFile::parse("bench", &text)?;
    let simulator = Simulator::in_memory(&file, 7, "2026-11-21T09:00:00Z".parse()?)?;
    report(&format!(
        r#"{{"what":"load","accounts":{accounts},"seconds":{:.3},"peak_mib":{}}}"#,
        began.elapsed().as_secs_f64(),
        peak_mib()?
    ))?;
    // What is measured is the simulation, not the waiting.
    simulator.set_throttling(false);
    calls(&simulator, &file, requests)?;
    wire(&simulator, &file, requests)?;
    let moved = transfer(&simulator, &file, moves).await?;
    report(&moved)
}

fn report(line: &str) -> Done<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// The most memory that this process has used, in MiB.
fn peak_mib() -> Done<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}

/// Whole moves of members, while other invitations stay open: invite, find the invitation, accept as the account, see it from both sides,
/// move it to its unit, see it there.
async fn transfer(simulator: &Simulator, file: &WorldFile, moves: u32) -> Done<String> {
    let of = |role| file.organizations.iter().find(move |organization| organization.role == role).ok_or("no such organization");
    let (new, old) = (of(OrganizationRole::Target)?, of(OrganizationRole::Source)?);
    let mut cloud = SimCloud::new(simulator.clone()).administrator(new.management.clone()).administrator(old.management.clone());
    // Nobody may leave from the old organization's production; those invitations are never answered.
    let (stay, go) = members(file, old);
    for account in stay.into_iter().take(OPEN) {
        cloud.invite(&new.management, &account, "bench").await?;
    }
    let members: Vec<AccountId> = go.into_iter().take(usize::try_from(moves)?).collect();
    for member in &members {
        let role = Access::Role { via: old.management.clone(), role: "OrganizationAccountAccessRole".to_owned() };
        cloud = cloud.access(member.clone(), role);
    }
    let root: ParentId = cloud.root(&new.management).await?.into();
    let unit = cloud.units_under(&new.management, &root).await?.into_iter().next().ok_or("no unit")?;
    let unit: ParentId = unit.id.into();
    let began = core_seconds()?;
    for member in &members {
        let invited = cloud.invite(&new.management, member, "bench").await?;
        let received = cloud.invitations_received(member).await?;
        if !received.iter().any(|handshake| handshake.id == invited.id) {
            return Err("the invitation is not seen".into());
        }
        cloud.accept(member, &invited.id).await?;
        if cloud.account(&new.management, member).await?.is_none() || cloud.account(&old.management, member).await?.is_some() {
            return Err("the account is not where it should be".into());
        }
        cloud.move_account(&new.management, member, &root, &unit).await?;
        if cloud.parent(&new.management, member).await? != unit {
            return Err("the account is not in its unit".into());
        }
    }
    let (moved, rate) = (members.len(), rate(members.len(), began)?);
    Ok(format!(r#"{{"what":"moves","moved":{moved},"calls_per_move":{CALLS},"invitations_open":{OPEN},"per_second":{rate:.0}}}"#))
}

/// The members of an organization that are in use: those in production, and those elsewhere.
fn members(file: &WorldFile, organization: &OrganizationSpec) -> (Vec<AccountId>, Vec<AccountId>) {
    let delegated =
        |account: &AccountId| organization.delegated_administrators.iter().any(|administrator| &administrator.account == account);
    let members = file.accounts.iter().filter(|account| account.organization.as_ref() == Some(&organization.id));
    let members = members.filter(|account| account.state == AccountState::Active && !delegated(&account.id));
    let in_production = |account: &&AccountSpec| account.unit.as_deref().is_some_and(|unit| unit.starts_with("Workloads/Production"));
    let (stay, go): (Vec<&AccountSpec>, Vec<&AccountSpec>) = members.partition(in_production);
    let ids = |accounts: Vec<&AccountSpec>| accounts.into_iter().map(|account| account.id.clone()).collect();
    (ids(stay), ids(go))
}

/// The cheapest of all calls, without a wire: what the rest is to be compared with.
fn calls(simulator: &Simulator, file: &WorldFile, times: u32) -> Done<()> {
    let account = &file.organizations.first().ok_or("no organization")?.management;
    let caller = simulator.administrator(account).ok_or("no administrator")?;
    let call = Call {
        service: "sts".to_owned(),
        operation: "GetCallerIdentity".to_owned(),
        region: "us-east-1".to_owned(),
        input: serde_json::Value::Null,
    };
    let began = core_seconds()?;
    for _ in 0..times {
        simulator.call(&caller, &call)?;
    }
    report(&format!(r#"{{"what":"calls","per_second":{:.0}}}"#, rate(usize::try_from(times)?, began)?))
}

/// So many in each second that this thread, the only one, had a core.
fn rate(done: usize, began: f64) -> Done<f64> {
    Ok(f64::from(u32::try_from(done)?) / (core_seconds()? - began))
}

/// How long this thread has had a core, in seconds. Other programs on the machine do not count, as they would on the clock.
fn core_seconds() -> Done<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().ok_or("an empty schedstat")?.parse()?;
    Ok(nanoseconds / 1e9)
}

/// Signed requests for a cheap read, through the HTTP client that an SDK is given: with their signing, and when they are signed before.
fn wire(simulator: &Simulator, file: &WorldFile, requests: u32) -> Done<()> {
    let account = &file.organizations.first().ok_or("no organization")?.management;
    let keys = keys_of(account);
    let began = core_seconds()?;
    for _ in 0..requests {
        send(simulator, request(&keys, simulator.now())?)?;
    }
    let with_signing = rate(usize::try_from(requests)?, began)?;
    // A signature is good for 15 minutes, and each request moves the clock by 40 ms.
    let (mut seconds, mut left) = (0.0, requests);
    while left > 0 {
        let batch = left.min(10_000);
        let signed: Vec<HttpRequest> = (0..batch).map(|_| request(&keys, simulator.now())).collect::<Done<_>>()?;
        let began = core_seconds()?;
        for request in signed {
            send(simulator, request)?;
        }
        seconds += core_seconds()? - began;
        left -= batch;
    }
    let alone = f64::from(requests) / seconds;
    report(&format!(r#"{{"what":"wire","requests":{requests},"per_second_with_signing":{with_signing:.0},"per_second":{alone:.0}}}"#))
}

fn request(keys: &Keys, at: Timestamp) -> Done<HttpRequest> {
    let identity = Credentials::new(&keys.access_key_id, &keys.secret_access_key, None, None, "bench").into();
    let params = v4::SigningParams::builder().identity(&identity).region("us-east-1").name("organizations");
    let params = params.time(at.into()).settings(SigningSettings::default()).build()?.into();
    let plain = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "AWSOrganizationsV20161128.DescribeOrganization")];
    let uri = "https://organizations.us-east-1.amazonaws.com/";
    let signable = SignableRequest::new("POST", uri, plain.into_iter(), SignableBody::Bytes(b"{}"))?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    let mut request = HttpRequest::new(SdkBody::from("{}"));
    request.set_method("POST")?;
    request.set_uri(uri)?;
    for (name, value) in plain.into_iter().chain(instructions.headers()) {
        request.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    Ok(request)
}

fn send(simulator: &Simulator, request: HttpRequest) -> Done<()> {
    let mut answer = Box::pin(HttpConnector::call(simulator, request));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match answer.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Ok(answer)) if answer.status().is_success() => Ok(()),
        std::task::Poll::Ready(other) => Err(format!("{other:?}").into()),
        std::task::Poll::Pending => Err("the simulator let a request wait".into()),
    }
}
