//! The report as a reader has it: one file, nothing fetched, readable in a browser.

use orgkit_tests::{Peer, Scene, collect, peer};
use std::process::Command;

fn report(scene: &Scene) -> String {
    scene.rehearse(&[]).expect_code(0);
    String::from_utf8(scene.read("report.html")).unwrap_or_else(|error| panic!("the report is not UTF-8: {error}"))
}

#[test]
fn the_report_is_one_file_that_fetches_nothing() {
    let page = report(&Scene::new());
    for fetching in ["<script src", "<link", "<img src=\"http", "@import", "url(http", "<iframe"] {
        assert!(!page.contains(fetching), "the report has `{fetching}`");
    }
}

#[test]
fn a_browser_shows_the_whole_report() {
    let Some(browser) = peer("a_browser_shows_the_whole_report", Peer::Browser) else { return };
    let scene = Scene::new();
    report(&scene);
    let page = scene.find("report.html").unwrap();
    let profile = format!("--user-data-dir={}", scene.home().join("browser").display());
    let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=2000", &profile];
    let shown = collect(Command::new(browser).args(flags).arg("--dump-dom").arg(format!("file://{}", page.display()))).expect_code(0);
    let journal = scene.journal();
    for placement in journal.plan()["placements"].as_array().unwrap() {
        let name = placement["name"].as_str().unwrap();
        assert!(shown.stdout.contains(name), "account {name} is not shown");
    }
}
