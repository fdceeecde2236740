//! What the sandbox refuses, and what it does to a component that misbehaves.
#![cfg(test)]

use orgkit_model::{Collection, Fact, Outcome, Status};
use orgkit_plugin_host::{Answer, CallContext, Component, FactIndex, Host, Limits, PluginError, RawFinding};
use serde_json::json;
use std::time::Duration;

const UNRULY: &[u8] = include_bytes!("guests/unruly.wasm");
const FOUNDATION: &[u8] = include_bytes!("../../../policy-packs/foundation/dist/foundation.wasm");
const TRAILS: &str = "cloudtrail:DescribeTrails";

fn host() -> Host {
    Host::new(Limits::default()).unwrap()
}

fn unruly(limits: Limits) -> Component {
    Host::new(limits).unwrap().load("unruly", UNRULY).unwrap()
}

/// One account with an organization trail in one region, and another region that could not be looked at.
fn facts() -> FactIndex {
    let account = "111122223333".parse().unwrap();
    let fact = |kind: &str, name: &str| Fact {
        account: "111122223333".parse().unwrap(),
        region: None,
        kind: kind.to_owned(),
        name: name.to_owned(),
        doc: json!({ "Name": name }),
    };
    let denied = Outcome::Denied { action: TRAILS.to_owned() };
    let look = Collection { account, region: Some("eu-west-1".to_owned()), kind: TRAILS.to_owned(), outcome: denied };
    FactIndex::new(&[fact("organizations:DescribeAccount", "111122223333"), fact("AWS::S3::Bucket", "logs")], &[look])
}

fn ask(component: &Component, rule: &str) -> Result<Answer<Vec<RawFinding>>, PluginError> {
    let declared = ["organizations:DescribeAccount".to_owned(), TRAILS.to_owned()].into();
    let context = CallContext { rule: rule.to_owned(), declared, ..CallContext::default() };
    component.check(&context, "{}", &facts(), &[0])
}

/// A component that imports one empty interface under a name: magic, a type section, an import section.
fn importing(name: &str) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.extend([7, 3, 1, 0x42, 0]);
    let length = u8::try_from(name.len()).unwrap();
    bytes.extend([10, length + 5, 1, 0, length]);
    bytes.extend(name.bytes());
    bytes.extend([5, 0]);
    bytes
}

#[test]
fn refuses_what_is_no_plugin_and_says_why() {
    let cases: [(&str, Vec<u8>); 9] = [
        ("empty file", Vec::new()),
        ("text", b"not a component".to_vec()),
        ("native code", b"\x7fELF\x02\x01\x01".to_vec()),
        ("core module", b"\0asm\x01\0\0\0".to_vec()),
        ("no exports", b"\0asm\x0d\0\x01\0".to_vec()),
        ("cut off", FOUNDATION[..FOUNDATION.len() / 2].to_vec()),
        ("wasi", importing("wasi:cli/environment@0.2.0")),
        ("newer minor", importing("orgkit:policy/facts@1.7.0")),
        ("next major", importing("orgkit:policy/facts@2.0.0")),
    ];
    let told: Vec<String> = cases.iter().map(|(name, bytes)| host().load(name, bytes).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    `empty file` is not a WebAssembly component
    `text` is not a WebAssembly component
    `native code` is native code, not a WebAssembly component
    `core module` is a core WebAssembly module; make a component of it with `wasm-tools component new` or `orgkit pack build`
    `no exports` exports none of orgkit:policy's check, route-check, step and enrollment
    `cut off` is damaged
    `wasi` imports `wasi:cli/environment@0.2.0`: a plugin may import only orgkit:policy
    `newer minor` needs `orgkit:policy/facts@1.7.0`; this orgkit offers orgkit:policy 1.0.0
    `next major` needs `orgkit:policy/facts@2.0.0`; this orgkit offers orgkit:policy 1.0.0
    ");
}

#[test]
fn refuses_what_is_too_large_or_would_compile_too_long() {
    let small = Host::new(Limits { component_bytes: 1_000, ..Limits::default() }).unwrap();
    assert!(matches!(small.load("big", FOUNDATION), Err(PluginError::TooLarge { limit: 1_000, .. })));
    let simple = Host::new(Limits { functions: 10, ..Limits::default() }).unwrap();
    assert!(matches!(simple.load("many functions", FOUNDATION), Err(PluginError::TooComplex { limit: 10, .. })));
}

#[test]
fn a_component_that_misbehaves_ends_in_an_error_of_its_own_kind() {
    let normal = unruly(Limits::default());
    let fuel = 1 << 40;
    // With fuel and time to spare, other limits are met first.
    let generous = unruly(Limits { fuel_base: fuel, fuel_cap: fuel, wall: Duration::from_secs(60), ..Limits::default() });
    let cases = [
        (&normal, "loop", "out of fuel"),
        (&generous, "grow", "out of memory"),
        (&normal, "panic", "trapped"),
        (&generous, "recurse", "trapped"),
        (&generous, "pester", "quota"),
        (&normal, "stranger", "bad answer"),
        (&normal, "no such rule", "failed"),
    ];
    for (component, rule, expected) in cases {
        let kind = match ask(component, rule).unwrap_err() {
            PluginError::OutOfFuel { .. } => "out of fuel",
            PluginError::OutOfMemory { .. } => "out of memory",
            PluginError::Trapped { .. } => "trapped",
            PluginError::Quota { .. } => "quota",
            PluginError::BadAnswer { .. } => "bad answer",
            PluginError::Failed { .. } => "failed",
            _ => "something else",
        };
        assert_eq!(kind, expected, "{rule}");
    }
    assert!(ask(&normal, "flood").is_err(), "an answer that is too large is refused");
}

#[test]
fn the_clock_ends_what_fuel_does_not() {
    let fuel = 1 << 60;
    let component = unruly(Limits { fuel_base: fuel, fuel_cap: fuel, wall: Duration::from_millis(50), ..Limits::default() });
    assert!(matches!(ask(&component, "loop"), Err(PluginError::TimedOut { .. })));
}

#[test]
fn fuel_is_the_same_every_time() {
    let (one, other) = (unruly(Limits::default()), unruly(Limits::default()));
    assert_eq!(ask(&one, "ask").unwrap(), ask(&other, "ask").unwrap());
}

#[test]
fn what_was_not_declared_or_not_collected_is_never_absent() {
    let component = unruly(Limits::default());
    let reason = |rule: &str| {
        let finding = ask(&component, rule).unwrap().value.remove(0);
        assert_eq!(finding.status, Status::Undetermined);
        finding.args.into_iter().map(|(_, value)| value).collect::<String>()
    };
    insta::assert_snapshot!(reason("undeclared"), @"the pack's manifest does not declare that this rule reads AWS::S3::Bucket");
    insta::assert_snapshot!(reason("ask"), @"cloudtrail:DescribeTrails of 111122223333 in eu-west-1: access denied: cloudtrail:DescribeTrails is missing");
}

#[test]
fn the_log_is_short_and_cannot_steer_a_terminal() {
    let answer = ask(&unruly(Limits { log_lines: 3, ..Limits::default() }), "chatter").unwrap();
    let lines: Vec<String> = answer.log.iter().map(|line| format!("{} {}", line.level, line.message)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    info line 0 \u{1b}[31m
    info line 1 \u{1b}[31m
    info line 2 \u{1b}[31m
    warn more lines were dropped
    ");
}

#[test]
fn the_foundation_has_every_kind_of_rule() {
    let exports = host().load("foundation", FOUNDATION).unwrap().exports();
    assert!(exports.check && exports.route_check && exports.step && exports.enrollment);
}
