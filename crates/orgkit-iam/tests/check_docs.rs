//! The tables of docs/policy-check.md are those of the code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Code, Limit, Limits};

const PAGE: &str = include_str!("../../../docs/policy-check.md");

/// The table between two marks of the page.
fn table(mark: &str) -> &'static str {
    let after = PAGE.split_once(&format!("<!-- {mark} -->\n")).unwrap().1;
    after.split_once("<!-- end -->").unwrap().0
}

fn codes() -> String {
    let row = |code: &Code| {
        let help = code.help().replace('|', "\\|");
        format!("| `{}` | {} | {} | {help} | {} |\n", code.name(), code.severity().name(), code.meaning(), code.source())
    };
    let head = "| code | usually | meaning | what to do | source |\n|---|---|---|---|---|\n".to_owned();
    head + &Code::ALL.iter().map(row).collect::<String>()
}

fn limits() -> String {
    let number = |number: Option<usize>| number.map_or_else(String::new, |number| number.to_string());
    let row = |limit: &Limit| {
        let more = [(limit.statements, "statements"), (limit.actions, "actions a statement"), (limit.principals, "principals")];
        let more: Vec<_> = more.iter().filter_map(|(most, what)| most.map(|most| format!("{most} {what}"))).collect();
        let blanks = if limit.counts_white_space { "yes" } else { "no" };
        let (unit, form) = (limit.unit.name(), limit.form);
        let (kind, source) = (limit.kind.name(), limit.source);
        format!(
            "| {kind} | {form} | {} {unit} | {blanks} | {} | {} | {source}; {} |\n",
            limit.size,
            number(limit.attached),
            more.join(", "),
            limit.as_of
        )
    };
    let head = "| type | form | size | white space counts | attached | more | source |\n|---|---|---|---|---|---|---|\n".to_owned();
    head + &Limits::today().rows.iter().map(row).collect::<String>()
}

#[test]
fn the_page_has_every_code() {
    assert_eq!(table("codes"), codes(), "copy this into docs/policy-check.md:\n{}", codes());
}

#[test]
fn the_page_has_every_limit() {
    assert_eq!(table("limits"), limits(), "copy this into docs/policy-check.md:\n{}", limits());
}
