//! Pages of the documentation that are made from what they describe. `ORGKIT_BLESS=1` writes them anew.

use orgkit_tests::{Scene, check_document, repository};
use serde_json::Value;

fn text<'a>(row: &'a Value, member: &str) -> &'a str {
    row[member].as_str().unwrap_or_default()
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_table_of_simulated_operations_is_the_catalog() {
    let scene = Scene::new();
    let listed = scene.run(&["sim", "operations", "--output", "json"]).expect_code(0).stdout;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let rows = listed.as_array().unwrap();
    let mut page = String::from(
        "# What the simulated AWS can do\n\nMade from the code by `ORGKIT_BLESS=1 cargo test --test docs`. An operation that is not here answers \
         `UnknownOperationException` with the words \"not simulated\". Every operation checks who may call it; the rules are what it checks and \
         does besides.\n",
    );
    let mut service = "";
    for row in rows {
        if text(row, "service") != service {
            service = text(row, "service");
            let own: Vec<&Value> = rows.iter().filter(|row| text(row, "service") == service).collect();
            page.push_str(&format!("\n## {service}\n\nbotocore `{}`, {} operations.\n\n", text(row, "model"), own.len()));
            page.push_str("| operation | | rules that are modelled | source |\n|---|---|---|---|\n");
        }
        let kind = if text(row, "effect") == "change" { "changes" } else { "reads" };
        let rules = if text(row, "rules").is_empty() { "shapes and permissions alone" } else { text(row, "rules") };
        page.push_str(&format!("| {} | {kind} | {} | {} |\n", text(row, "operation"), cell(rules), cell(text(row, "source"))));
    }
    check_document(&repository().join("docs/simulated-operations.md"), &page);
}

#[test]
fn the_differences_from_moto_are_listed() {
    let rows = std::fs::read_to_string(repository().join("tests/conformance/against_moto/differences.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    let mut page = String::from(
        "# Where the simulated AWS and moto differ\n\nThe same calls were made of both, in a world of standalone accounts; the scripts stand in \
         `tests/conformance/against_moto`. Made by `ORGKIT_BLESS=1 cargo test --test docs` from the list that the comparison is checked against.\n\n\
         | call | case | here | moto | why |\n|---|---|---|---|---|\n",
    );
    for row in &rows {
        let cells = ["operation", "case", "ours", "moto", "why"].map(|member| cell(text(row, member)));
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    check_document(&repository().join("docs/simulated-and-moto.md"), &page);
}
