//! Findings as SARIF 2.1.0, which code scanning services read [OASIS, Static Analysis Results Interchange Format 2.1.0].

use super::Checked;
use orgkit_iam::{Code, Finding};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a path may not have in a URI reference.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');

#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<ResultObject>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn log(checked: &[Checked]) -> Log {
    let results = checked.iter().flat_map(|one| one.findings.iter().map(|finding| result(&one.source.name, finding)));
    let driver =
        Driver { name: "orgkit", semantic_version: env!("CARGO_PKG_VERSION"), rules: Code::ALL.iter().map(|code| rule(*code)).collect() };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results: results.collect() };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

fn rule(code: Code) -> Rule {
    Rule {
        id: code.name(),
        short_description: Message { text: code.meaning().to_owned() },
        help: Message { text: format!("{} [{}]", code.help(), code.source()) },
        default_configuration: Configuration { level: code.severity().name() },
    }
}

fn result(path: &str, finding: &Finding) -> ResultObject {
    let region = Region {
        start_line: finding.start.line,
        start_column: finding.start.column,
        end_line: finding.end.line,
        end_column: finding.end.column,
    };
    ResultObject {
        rule_id: finding.code.name(),
        rule_index: Code::ALL.iter().position(|code| *code == finding.code).unwrap_or_default(),
        level: finding.severity.name(),
        message: Message { text: format!("{}: {}", finding.message, finding.help) },
        locations: [Location { physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(path) }, region } }],
    }
}

/// A path as a relative URI reference, or as a `file:` URI.
fn uri(path: &str) -> String {
    let slashes = path.replace('\\', "/");
    let encoded = utf8_percent_encode(slashes.trim_start_matches("./"), NOT_IN_PATH).to_string();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}
