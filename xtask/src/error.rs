//! What can go wrong with a task.

use std::path::{Path, PathBuf};

/// A task that could not be carried out, or that found something wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// The words after `cargo xtask` name no task.
    #[error("no such task\n\n{0}")]
    Usage(&'static str),
    /// An option's value cannot be used.
    #[error("`{value}` is no value for {option}")]
    Option {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} `{}`", path.display())]
    File {
        /// The verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A program could not be started.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A program ended with an error.
    #[error("`{program}` ended with {status}")]
    Program {
        /// The program and its arguments.
        program: String,
        /// How it ended.
        status: String,
    },
    /// A program's output is not what it is documented to be.
    #[error("cannot understand the output of `{program}`: {what}")]
    Output {
        /// The program.
        program: String,
        /// What is missing.
        what: String,
    },
    /// A check found something.
    #[error("{check}: {} found\n{}", findings.len(), findings.join("\n"))]
    Findings {
        /// The check.
        check: &'static str,
        /// One line each.
        findings: Vec<String>,
    },
    /// The plugins could not be built, or are not what is committed.
    #[error("{0}")]
    Plugins(String),
    /// Peers were required and could not be set up.
    #[error("the peers are required and are not there: {0}")]
    Peers(String),
}

impl TaskError {
    /// An error on a file, for `map_err`.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
