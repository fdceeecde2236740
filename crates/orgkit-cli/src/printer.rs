//! The only road to the terminal: results on stdout, everything else on stderr.

use crate::error::CliError;
use crate::exit::Exit;
use std::io::{ErrorKind, IsTerminal, Write};

/// Writes results and messages. A reader that closes stdout early is no error.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Printer {
    /// Whether messages about what is going on are not wanted.
    pub(crate) quiet: bool,
    /// Whether log lines go to stderr, so that progress is told in lines, too.
    pub(crate) logs: bool,
}

impl Printer {
    /// Writes a result to stdout. A reader that had enough is no failure: the rest is dropped, and the work goes on.
    pub(crate) fn result(&self, text: &str) -> Result<(), CliError> {
        let mut out = anstream::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(end.as_bytes())).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(CliError::from_source(Exit::Unexpected, "OK1505", &error).named("cannot write to stdout"))
            }
            _ => Ok(()),
        }
    }

    /// Writes a line about what is going on to stderr.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.insist(text);
        }
    }

    /// Writes a line to stderr even when quiet.
    pub(crate) fn insist(&self, text: &str) {
        // Nobody is left to tell when stderr is gone.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Whether a person watches stderr.
    pub(crate) fn is_terminal(&self) -> bool {
        std::io::stderr().is_terminal() && !self.quiet && !self.logs
    }

    /// Whether results go to a terminal that shows colour.
    pub(crate) fn colour(&self) -> bool {
        anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }
}
