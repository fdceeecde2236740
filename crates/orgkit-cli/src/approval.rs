//! Approval: what a person or a script has to say before the first change to a real AWS.

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use orgkit_model::{Approval, Plan};
use std::io::{BufRead, IsTerminal, stdin};

/// Fewer digits than these approve nothing.
const SHORTEST_DIGEST: usize = 12;

/// Asks for approval. A script passes the plan's digest; a person at a terminal types the target organization's id and the number of accounts.
pub(crate) fn approve(plan: &Plan, confirm: Option<&str>, printer: Printer) -> Result<Approval, CliError> {
    let digest = plan.digest();
    match confirm {
        Some(text) if text.len() >= SHORTEST_DIGEST && digest.as_str().starts_with(text) => Ok(Approval::Digest),
        Some(text) => {
            let message = format!("the plan's digest is {}, not `{text}`: nothing was changed", digest.short());
            Err(CliError::new(Exit::Stale, "OK1802", message).hint("read the plan above, then approve its digest"))
        }
        None if stdin().is_terminal() && printer.is_terminal() => typed(plan, printer),
        None => Err(not_approved(plan)),
    }
}

fn typed(plan: &Plan, printer: Printer) -> Result<Approval, CliError> {
    let count = plan.placements.len();
    printer
        .insist(&format!("To approve, type the target organization's id and the number of accounts, such as `{} {count}`:", plan.target));
    let mut line = String::new();
    // No answer is no approval.
    let _ = stdin().lock().read_line(&mut line);
    let words: Vec<_> = line.split_whitespace().collect();
    if words == [plan.target.as_str(), count.to_string().as_str()] { Ok(Approval::Typed) } else { Err(not_approved(plan)) }
}

fn not_approved(plan: &Plan) -> CliError {
    let digest = plan.digest();
    CliError::new(Exit::Stopped, "OK1901", "the plan is not approved: nothing was changed")
        .hint(format!("read the plan, then run `orgkit migrate --confirm {}`", digest.short()))
}
