//! Shorter documents that say the same, and a proof of it for every document that leaves this module.
//!
//! A service control policy may have so many characters and no more, and all of them count. So blanks, names and whatever is said twice go; statements
//! that differ in one list become one. Nothing is ever widened, but for one thing that must be asked for: a deny may name today's actions by a
//! shorter wildcard, which catches actions that AWS may add later. Each such wildcard is told as [`Drift`].

mod limit;
mod merge;
mod pack;
mod prove;
mod shorten;
mod tidy;

use crate::claim::Claim;
use crate::document::Document;
use crate::evaluate::PolicyKind;
use crate::universe::Universe;
pub use limit::PolicyLimit;
pub use pack::{Packed, pack};
pub use prove::{Unproven, prove};

/// What may be done to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinifyOptions {
    /// What kind of policy it is. Statements of service and resource control policies are put together; any other kind only loses blanks, names and
    /// lists of one.
    pub kind: PolicyKind,
    /// Whether `Sid`s stay, and with them every statement that has one as it is.
    pub keep_sids: bool,
    /// Whether a deny's actions may be named by wildcards that match nothing else today.
    pub allow_drift: bool,
}

impl MinifyOptions {
    /// Neither names kept nor drift allowed.
    pub fn new(kind: PolicyKind) -> Self {
        Self { kind, keep_sids: false, allow_drift: false }
    }

    fn puts_together(self) -> bool {
        matches!(self.kind, PolicyKind::Scp | PolicyKind::Rcp)
    }
}

/// A document made shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minified {
    /// The document.
    pub document: Document,
    /// Its text, without a blank that is not needed.
    pub text: String,
    /// How many characters that is.
    pub characters: usize,
    /// The wildcards that may catch more one day.
    pub drift: Vec<Drift>,
}

/// A wildcard that matches exactly the actions that it replaces, of those that exist today.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Drift {
    /// The place of the statement in its document, from 0.
    pub statement: usize,
    /// The wildcard. It denies every action that AWS may add under such a name.
    pub pattern: String,
    /// The actions that the document named before.
    pub replaces: Vec<String>,
}

/// Makes one document shorter. What comes out is proved to mean the same, see [`prove`].
///
/// # Errors
/// [`Unproven`] when the proof fails, which would be an error of this crate: nothing is given then.
pub fn minify(document: &Document, options: MinifyOptions, universe: &Universe) -> Result<Minified, Unproven> {
    let before = Claim::of(document);
    let mut parts: Vec<Part> = before.iter().map(|claim| Part::new(claim, options)).collect();
    if options.puts_together() {
        merge::reduce(&mut parts, &[]);
        if options.allow_drift {
            shorten::shorten(&mut parts, universe);
        }
    }
    let minified = finish(document, &parts);
    prove::between(&[document], &[&minified], universe)?;
    Ok(minified)
}

/// A statement on its way to a shorter form.
#[derive(Debug, Clone)]
struct Part {
    claim: Claim,
    /// Whether it has to stay as it is, because it keeps its name.
    is_pinned: bool,
    /// Wildcards that replaced actions: pattern, actions.
    drift: Vec<(String, Vec<String>)>,
}

impl Part {
    fn new(claim: &Claim, options: MinifyOptions) -> Self {
        let mut claim = claim.clone();
        let is_pinned = options.keep_sids && claim.sid.is_some();
        if !options.keep_sids {
            claim.sid = None;
        }
        Self { claim, is_pinned, drift: Vec::new() }
    }
}

/// A document of these statements in the language of another.
fn finish(like: &Document, parts: &[Part]) -> Minified {
    let statements: Vec<_> = parts.iter().map(|part| part.claim.to_statement()).collect();
    let document = Document { version: like.version.clone(), id: None, is_list: statements.len() != 1, statements };
    let drift = parts.iter().enumerate().flat_map(|(statement, part)| {
        part.drift.iter().map(move |(pattern, replaces)| Drift { statement, pattern: pattern.clone(), replaces: replaces.clone() })
    });
    let text = document.to_compact();
    Minified { characters: limit::characters(&text), drift: drift.collect(), document, text }
}
