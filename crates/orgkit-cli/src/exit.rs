//! Exit codes, one table.

/// How the process ends. `orgkit explain exit-codes` prints this table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Ok = 0,
    /// Something unexpected failed.
    Unexpected = 1,
    /// Changes are present, or were made; only with `--detailed-exitcode`.
    Changes = 2,
    /// Findings at or above `--fail-on`.
    Findings = 3,
    /// Credentials are missing, expired or of another account.
    Credentials = 4,
    /// The plan is stale, or the state belongs to something else.
    Stale = 5,
    /// Another run holds the state directory or the shared journal.
    Locked = 6,
    /// Stopped at a safe place; the same command goes on.
    Stopped = 7,
    /// Stuck: a person is needed.
    Stuck = 8,
    /// State is damaged, or a later orgkit wrote it.
    Corrupt = 9,
    /// Refused by a safety rule.
    Refused = 10,
    /// The command line or a configuration file is wrong.
    Usage = 64,
    /// A second Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its meaning.
    pub(crate) const TABLE: &'static [(Self, &'static str)] = &[
        (Self::Ok, "done, or nothing to do"),
        (Self::Unexpected, "something unexpected failed"),
        (Self::Changes, "changes are present, or were made (only with --detailed-exitcode)"),
        (Self::Findings, "findings at or above --fail-on"),
        (Self::Credentials, "credentials are missing, expired or of another account"),
        (Self::Stale, "the plan is stale, or the state belongs to something else"),
        (Self::Locked, "another run holds the state directory or the shared journal"),
        (Self::Stopped, "stopped at a safe place: the same command goes on"),
        (Self::Stuck, "stuck: a person is needed"),
        (Self::Corrupt, "state is damaged, or a later orgkit wrote it"),
        (Self::Refused, "refused by a safety rule"),
        (Self::Usage, "the command line or a configuration file is wrong"),
        (Self::Interrupted, "a second Ctrl-C"),
    ];
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
