//! Writes what the renderers make of a sample run into a folder, to look at, and the published schemas:
//! `cargo run --release -p orgkit-report --example sample -- /tmp/sample`.

use orgkit_report::{Paint, Summary, closing_text, html, plan_text, report_json, report_schema, result_schema, status_schema};
use std::path::{Path, PathBuf};

#[path = "../src/fixture.rs"]
#[expect(clippy::unwrap_used, reason = "test data")]
mod fixture;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("sample"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let journals = [
        ("opened", fixture::journal(fixture::Ending::Opened)),
        ("stopped", fixture::journal(fixture::Ending::HalfDone)),
        ("stuck", fixture::journal(fixture::Ending::Stuck)),
        ("finished", fixture::journal(fixture::Ending::Finished)),
        ("large", fixture::large(1000)),
    ];
    for (name, entries) in journals {
        write(&folder.join(format!("{name}.html")), &html(&entries))?;
        write(&folder.join(format!("{name}.json")), &format!("{:#}\n", report_json(&entries)))?;
        let run = orgkit_model::Run::replay(&entries).map_err(std::io::Error::other)?;
        let (Some(opening), Some(summary)) = (&run.opening, Summary::of(&run, Some(("journal.sqlite", "report.html")))) else { continue };
        let text = plan_text(opening, Paint::ansi()) + "\n" + &closing_text(&run, &summary, Some("orgkit migrate"), Paint::ansi());
        write(&folder.join(format!("{name}.txt")), &text)?;
    }
    write(&folder.join("migrate-result-1.json"), &format!("{:#}\n", result_schema()))?;
    write(&folder.join("status-1.json"), &format!("{:#}\n", status_schema()))?;
    write(&folder.join("report-1.json"), &format!("{:#}\n", report_schema()))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}
