//! Approval: what a person or a script has to say before the first change to a real AWS.

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use orgkit_model::{Approval, Digest, Plan};
use std::io::{BufRead, IsTerminal, stdin};

/// Fewer digits than these approve nothing.
const SHORTEST_DIGEST: usize = 12;

/// Asks for approval. A script passes the plan's digest; a person at a terminal types the target organization's id and the number of accounts.
pub(crate) fn approve(plan: &Plan, confirm: Option<&str>, printer: Printer) -> Result<Approval, CliError> {
    let words = [plan.target.to_string(), plan.placements.len().to_string()];
    approve_words(&plan.digest(), &words, confirm, "orgkit migrate", printer)
}

/// Asks for approval of something with a digest: a script passes the digest, a person at a terminal types some words of it.
pub(crate) fn approve_words(
    digest: &Digest,
    words: &[String],
    confirm: Option<&str>,
    command: &str,
    printer: Printer,
) -> Result<Approval, CliError> {
    match confirm {
        Some(text) if text.len() >= SHORTEST_DIGEST && digest.as_str().starts_with(text) => Ok(Approval::Digest),
        Some(text) => {
            let message = format!("the plan's digest is {}, not `{text}`: nothing was changed", digest.short());
            Err(CliError::new(Exit::Stale, "OK1802", message).hint("read the plan above, then approve its digest"))
        }
        None if stdin().is_terminal() && printer.is_terminal() => typed(digest, words, command, printer),
        None => Err(not_approved(digest, command)),
    }
}

fn typed(digest: &Digest, words: &[String], command: &str, printer: Printer) -> Result<Approval, CliError> {
    let what =
        if command == "orgkit migrate" { "the target organization's id and the number of accounts, such as" } else { "these words:" };
    printer.insist(&format!("To approve, type {what} `{}`:", words.join(" ")));
    let mut line = String::new();
    // No answer is no approval.
    let _ = stdin().lock().read_line(&mut line);
    if line.split_whitespace().eq(words) { Ok(Approval::Typed) } else { Err(not_approved(digest, command)) }
}

fn not_approved(digest: &Digest, command: &str) -> CliError {
    CliError::new(Exit::Stopped, "OK1901", "the plan is not approved: nothing was changed")
        .hint(format!("read the plan, then run `{command} --confirm {}`", digest.short()))
}
