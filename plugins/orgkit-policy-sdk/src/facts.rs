//! The read-only inventory. A fact that could not be collected is [`Unknown`], never absent.

use crate::bindings::orgkit::policy::facts as host;
use crate::bindings::orgkit::policy::types::{FactRef, Subject};
use serde_json::Value;

pub use host::Gap;

/// How many facts are asked for at once; the host may give fewer.
const PAGE: u32 = 256;

/// The plugin could not look: why. Becomes `undetermined`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(pub String);

impl From<host::FactError> for Unknown {
    fn from(error: host::FactError) -> Self {
        Self(match error {
            host::FactError::NotCollected(gap) => describe(&gap),
            host::FactError::NotDeclared(kind) => format!("the pack's manifest does not declare that this rule reads {kind}"),
            host::FactError::Quota(what) => format!("too much was asked for: {what}"),
            host::FactError::BadRequest(what) => what,
        })
    }
}

/// A gap in one line.
pub fn describe(gap: &Gap) -> String {
    let place = gap.region.as_ref().map_or_else(String::new, |region| format!(" in {region}"));
    format!("{} of {}{place}: {}", gap.kind, gap.account, gap.reason)
}

/// All facts of a kind, of one account or of all, in order.
pub fn find(kind: &str, account: Option<&str>) -> Result<Vec<Subject>, Unknown> {
    find_in(kind, account, None)
}

/// All facts of a kind in one region of an account.
pub fn find_in(kind: &str, account: Option<&str>, region: Option<&str>) -> Result<Vec<Subject>, Unknown> {
    let query =
        host::Query { kind: kind.to_owned(), account: account.map(str::to_owned), region: region.map(str::to_owned), filters: Vec::new() };
    collect(|after| host::find(&query, after, PAGE))
}

/// The facts that stand in a relation to another: `same-name:<kind>`, `same-account:<kind>` or `same-region:<kind>`.
pub fn related(of: FactRef, relation: &str) -> Result<Vec<Subject>, Unknown> {
    collect(|after| host::related(of, relation, after, PAGE))
}

/// Where a kind could not be read, in one account or in all.
pub fn gaps(kind: &str, account: Option<&str>) -> Vec<Gap> {
    host::gaps(kind, account)
}

/// A subject's document.
pub fn document(subject: &Subject) -> Result<Value, Unknown> {
    let unreadable = || Unknown(format!("the document of {} {} is not JSON", subject.kind, subject.name));
    match &subject.doc {
        Some(doc) => serde_json::from_str(doc).map_err(|_| unreadable()),
        None => {
            let doc = host::documents(&[subject.id])?.pop().ok_or_else(unreadable)?;
            serde_json::from_str(&doc).map_err(|_| unreadable())
        }
    }
}

fn collect(page: impl Fn(Option<&str>) -> Result<host::Page, host::FactError>) -> Result<Vec<Subject>, Unknown> {
    let mut all = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let got = page(after.as_deref())?;
        all.extend(got.items);
        match got.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}
