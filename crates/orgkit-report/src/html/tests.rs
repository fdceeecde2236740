//! What must hold of every page.

use super::html;
use crate::fixture::{Ending, journal, large};
use orgkit_model::{Entry, Event};
use std::collections::BTreeSet;

const ENDINGS: [Ending; 4] = [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished];

/// The values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn ids_are_unique_and_every_link_has_its_goal() {
    for ending in ENDINGS {
        let page = html(&journal(ending));
        let ids = values(&page, "id");
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{ending:?}");
        for link in values(&page, "href") {
            assert!(link.strip_prefix('#').is_some_and(|goal| unique.contains(goal)), "{ending:?}: {link}");
        }
        for label in values(&page, "aria-labelledby") {
            assert!(unique.contains(label), "{ending:?}: {label}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = html(&journal(Ending::Finished));
    for loader in ["<script", "<link", "<img", "<iframe", " src=", "@import", "url(", "http://", "https://"] {
        assert!(!page.contains(loader), "{loader}");
    }
}

#[test]
fn every_account_step_and_finding_is_there() {
    let entries = journal(Ending::Finished);
    let page = html(&entries);
    let Some(Event::Opened(opening)) = entries.first().map(|entry| &entry.event) else { panic!("a journal begins with its opening") };
    for placement in &opening.plan.placements {
        assert!(page.contains(placement.account.as_str()) && page.contains(&placement.name));
    }
    for finding in &opening.findings {
        assert!(page.contains(&finding.code), "{}", finding.code);
    }
    // The heading of each table, and one row per step, account placed and account verified.
    assert_eq!(page.matches("<th scope=\"row\">").count(), 27 + 4 + 4);
}

#[test]
fn every_tag_that_opens_closes() {
    for ending in ENDINGS {
        let page = html(&journal(ending));
        for tag in ["section", "details", "table", "tr", "td", "ul", "ol", "li", "article", "svg", "p", "span", "div", "dl"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{ending:?}: {tag}");
        }
    }
}

#[test]
fn text_from_outside_is_escaped() {
    let mut entries = journal(Ending::Opened);
    if let Some(Event::Opened(opening)) = entries.first_mut().map(|entry| &mut entry.event) {
        let opening = std::sync::Arc::make_mut(opening);
        let hostile = "<script>alert(1)</script> & \"`".to_owned();
        opening.plan.placements[0].name.clone_from(&hostile);
        opening.before.standalone[0].name.clone_from(&hostile);
        opening.findings[0].title.clone_from(&hostile);
        opening.plan.waves[0].steps[0].title.clone_from(&hostile);
        opening.rehearsal = Some(hostile);
    }
    let page = html(&entries);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
}

#[test]
fn every_prefix_of_a_journal_gives_a_page_and_the_same_one_each_time() {
    for ending in ENDINGS {
        let entries = journal(ending);
        for until in 0..=entries.len() {
            let page = html(&entries[..until]);
            assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"), "{ending:?} {until}");
            assert_eq!(page, html(&entries[..until]));
        }
    }
}

#[test]
fn a_corrupt_journal_is_shown_up_to_its_last_good_entry() {
    let mut entries: Vec<Entry> = journal(Ending::Finished);
    entries.remove(5);
    let page = html(&entries);
    assert!(page.contains("The journal is corrupt") && page.contains("expected entry 6"));
    assert!(page.contains("payments-production"));
}

#[test]
fn a_thousand_accounts_stay_below_ten_megabytes() {
    let page = html(&large(1000));
    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    assert!(!page.contains("<details class=\"steps\" open>"), "long lists start closed");
}
