//! One renderer per file: terminal, HTML, JSON.
//!
//! Everything here is made from the journal's entries, or from the run that they describe, and from nothing else: no clock, no
//! environment, no files. The same journal gives the same bytes.

mod closing_text;
mod findings_text;
#[cfg(test)]
mod fixture;
mod html;
mod json;
mod paint;
mod places;
mod plan_text;
mod planned;
mod runbook;
mod schema;
mod standing;
mod status;
mod summary;
mod words;

pub use closing_text::closing_text;
pub use findings_text::findings_text;
pub use html::html;
pub use json::{
    REPORT_SCHEMA, Report, ReportRecord, ReportState, ReportStep, ReportStop, ReportVerification, ReportWave, report_json, report_schema,
};
pub use paint::Paint;
pub use plan_text::plan_text;
pub use runbook::runbook;
pub use status::{
    STATUS_SCHEMA, Seen, Standing, Status, StatusCounts, StatusLast, StatusQuestion, StatusStep, StatusWave, status_schema, status_text,
};
pub use summary::{
    AccountResult, AccountStatus, Assumption, RESULT_SCHEMA, RunResult, SourceOrganization, StepCounts, Summary, WaveResult, result_schema,
};
