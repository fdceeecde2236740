//! The organizations before and after as a picture: a drawn tree where there is room, and the same rows as an indented list on a narrow
//! screen, because a drawing's text would shrink with it.

use super::page::Context;
use crate::planned::planned;
use crate::words;
use maud::{Markup, html};
use orgkit_model::{OrganizationTree, Picture, TreeAccount, TreeNode};

/// The width of the drawing in pixels.
const WIDTH: u32 = 500;
/// How far a level is indented, in pixels.
const INDENT: u32 = 24;
/// The room that an account's id takes at the right edge, with a gap before it, in pixels.
const ID: u32 = 112;
/// A unit with more accounts than this shows the first few and counts the rest, once the picture is large.
const FEW: usize = 8;

/// One line of the picture.
struct Row {
    depth: u32,
    /// The row it hangs under.
    parent: Option<usize>,
    what: What,
}

enum What {
    Organization { label: String, note: String },
    Unit { name: String, policies: Vec<String> },
    Account { name: String, id: String, marks: Vec<String>, moves: bool },
    More { accounts: usize, moving: usize },
}

/// Both pictures.
pub(super) fn section(context: &Context<'_>) -> Markup {
    html! {
        p.legend {
            span { span.dot.moves {} "moves" }
            span { span.dot {} "stays" }
            span { span.box {} "organizational unit" }
        }
        div.pictures {
            (figure(context, "before", "Before", &context.opening.before))
            @match &context.run.verification {
                Some(last) => (figure(context, "after", "After, as read again", &last.after)),
                None => (figure(context, "after", "After, as planned: not read back yet", &planned(context.opening))),
            }
        }
    }
}

fn figure(context: &Context<'_>, id: &str, caption: &str, picture: &Picture) -> Markup {
    let rows = rows(context, picture);
    html! {
        figure {
            figcaption { (caption) }
            (drawing(id, caption, &rows))
            (list(&rows))
        }
    }
}

fn rows(context: &Context<'_>, picture: &Picture) -> Vec<Row> {
    let mut rows = Vec::new();
    for organization in &picture.organizations {
        let note = if organization.id == context.opening.plan.target { "the new organization" } else { "the old organization" };
        let label = organization.id.to_string();
        rows.push(Row { depth: 0, parent: None, what: What::Organization { label, note: note.to_owned() } });
        add_root(context, organization, &mut rows);
    }
    if !picture.standalone.is_empty() {
        let (label, note) = ("Standalone accounts".to_owned(), "in no organization".to_owned());
        rows.push(Row { depth: 0, parent: None, what: What::Organization { label, note } });
        let parent = rows.len() - 1;
        add_accounts(context, &picture.standalone, 1, parent, &mut rows);
    }
    rows
}

/// The root is drawn as its organization, unless policies are attached to it.
fn add_root(context: &Context<'_>, organization: &OrganizationTree, rows: &mut Vec<Row>) {
    let parent = rows.len() - 1;
    if organization.root.policies.is_empty() {
        add_below(context, &organization.root, 1, parent, rows);
    } else {
        add_unit(context, &organization.root, 1, parent, rows);
    }
}

fn add_unit(context: &Context<'_>, node: &TreeNode, depth: u32, parent: usize, rows: &mut Vec<Row>) {
    rows.push(Row { depth, parent: Some(parent), what: What::Unit { name: node.name.clone(), policies: node.policies.clone() } });
    let own = rows.len() - 1;
    add_below(context, node, depth + 1, own, rows);
}

fn add_below(context: &Context<'_>, node: &TreeNode, depth: u32, parent: usize, rows: &mut Vec<Row>) {
    add_accounts(context, &node.accounts, depth, parent, rows);
    for unit in &node.units {
        add_unit(context, unit, depth, parent, rows);
    }
}

fn add_accounts(context: &Context<'_>, accounts: &[TreeAccount], depth: u32, parent: usize, rows: &mut Vec<Row>) {
    let shown = if context.is_large() && accounts.len() > FEW { FEW } else { accounts.len() };
    let (shown, hidden) = accounts.split_at(shown);
    for account in shown {
        let moves = context.moving.contains(&account.id);
        let (name, id, marks) = (account.name.clone(), account.id.to_string(), account.marks.clone());
        rows.push(Row { depth, parent: Some(parent), what: What::Account { name, id, marks, moves } });
    }
    if !hidden.is_empty() {
        let moving = hidden.iter().filter(|account| context.moving.contains(&account.id)).count();
        rows.push(Row { depth, parent: Some(parent), what: What::More { accounts: hidden.len(), moving } });
    }
}

impl Row {
    /// Where text begins, in pixels from the left edge.
    fn text(&self) -> u32 {
        self.depth * INDENT + 26
    }

    /// Whether an account's marks stand under its name because there is no room beside it.
    fn marks_below(&self) -> bool {
        match &self.what {
            What::Account { name, marks, .. } => self.text() + width(name, 14) + width(&beside(marks), 12) + ID > WIDTH,
            _ => false,
        }
    }

    /// In pixels.
    fn height(&self) -> u32 {
        match &self.what {
            What::Organization { .. } => 44,
            What::Unit { policies, .. } if !policies.is_empty() => 44,
            What::Account { marks, .. } if !marks.is_empty() && self.marks_below() => 42,
            _ => 27,
        }
    }
}

fn drawing(id: &str, caption: &str, rows: &[Row]) -> Markup {
    let mut middles = Vec::with_capacity(rows.len());
    let mut y = 4;
    for row in rows {
        middles.push(y + 14 + if row.depth == 0 && y > 4 { 10 } else { 0 });
        y += row.height() + if row.depth == 0 && y > 4 { 10 } else { 0 };
    }
    html! {
        svg.tree width=(WIDTH) height=(y + 4) viewBox={ "0 0 " (WIDTH) " " (y + 4) } role="img" aria-labelledby={ "tree-" (id) } {
            title id={ "tree-" (id) } { "The organizations, " (caption.to_lowercase()) }
            @for (row, middle) in rows.iter().zip(&middles) {
                @if let Some(above) = row.parent.and_then(|parent| middles.get(parent)) {
                    @let x = (row.depth - 1) * INDENT + 10;
                    path.line d={ "M" (x) " " (above + 10) " V" (middle) " H" (x + INDENT - 8) } {}
                }
            }
            @for (row, middle) in rows.iter().zip(&middles) { (drawn(row, *middle)) }
        }
    }
}

fn drawn(row: &Row, y: u32) -> Markup {
    let x = row.depth * INDENT + 10;
    let text = row.text();
    let base = y + 4;
    html! {
        @match &row.what {
            What::Organization { label, note } => {
                rect.org x=(x - 8) y=(y - 8) width="16" height="16" rx="4" {}
                text.head x=(text) y=(base + 1) { (label) }
                text.note x=(text) y=(base + 17) { (note) }
            }
            What::Unit { name, policies } => {
                rect.unit x=(x - 6) y=(y - 6) width="12" height="12" rx="2" {}
                text.unit x=(text) y=(base) { (fit(name, 14, WIDTH - text)) }
                @if !policies.is_empty() { text.note x=(text) y=(base + 16) { (fit(&format!("policies: {}", policies.join(", ")), 12, WIDTH - text)) } }
            }
            What::Account { name, id, marks, moves } => {
                @let below = row.marks_below();
                @let room = WIDTH.saturating_sub(text + ID);
                circle.account.moves[*moves] cx=(x) cy=(y) r="5" {}
                text.account.moves[*moves] x=(text) y=(base) {
                    title { (name) " " (id) (beside(marks)) }
                    (fit(name, 14, room))
                    @if !below { tspan.note { (beside(marks)) } }
                }
                @if below && !marks.is_empty() { text.note x=(text) y=(base + 15) { (fit(&marks.join(", "), 12, room)) } }
                text.id x=(WIDTH) y=(base) text-anchor="end" { (id) }
            }
            What::More { accounts, moving } => { text.note x=(text) y=(base) { (more(*accounts, *moving)) } }
        }
    }
}

/// Marks as they stand beside a name.
fn beside(marks: &[String]) -> String {
    if marks.is_empty() { String::new() } else { format!(" · {}", marks.join(", ")) }
}

fn more(accounts: usize, moving: usize) -> String {
    format!("and {} more, {moving} of them moving", words::count(accounts, "account"))
}

fn list(rows: &[Row]) -> Markup {
    html! {
        ul.tree {
            @for row in rows {
                li style={ "--depth:" (row.depth) } {
                    @match &row.what {
                        What::Organization { label, note } => { p.head { (label) } p.meta { (note) } }
                        What::Unit { name, policies } => {
                            p { span.box {} (name) }
                            @if !policies.is_empty() { p.meta { "policies: " (policies.join(", ")) } }
                        }
                        What::Account { name, id, marks, moves } => {
                            p.moves[*moves] { span.dot.moves[*moves] {} (name) }
                            p.meta { code { (id) } @if !marks.is_empty() { " · " (marks.join(", ")) } }
                        }
                        What::More { accounts, moving } => { p.meta { (more(*accounts, *moving)) } }
                    }
                }
            }
        }
    }
}

/// The text, shortened so that it surely fits into `room` pixels.
fn fit(text: &str, size: u32, room: u32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        if width(&short, size) + width(&format!("{letter}…"), size) > room {
            break;
        }
        short.push(letter);
    }
    format!("{}…", short.trim_end())
}

/// An upper estimate of a text's width in pixels in a sans-serif of that size. The fonts of the reader are not known.
fn width(text: &str, size: u32) -> u32 {
    let hundredths: u32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ':' | '-' | ' ' | '/' | '|' | '\'' => 42,
            'm' | 'w' | 'M' | 'W' | '@' | '…' | '%' => 100,
            'A'..='Z' => 76,
            '\u{0}'..='\u{2e7f}' => 63,
            _ => 105,
        })
        .sum();
    (hundredths * size).div_ceil(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_to_their_room() {
        assert_eq!(fit("short", 14, 200), "short");
        let cut = fit(&"W".repeat(80), 14, 200);
        assert!(width(&cut, 14) <= 200 && cut.ends_with('…') && cut.chars().count() > 5, "{cut}");
    }
}
