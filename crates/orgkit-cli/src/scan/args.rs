//! The arguments of `orgkit scan`.

use clap::{Args, ValueEnum};
use orgkit_iam::references::PatchMode;
use std::path::PathBuf;

/// `orgkit scan`.
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Files and folders
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Look for the old organizations of this estate; their ids become the target's
    #[arg(long, value_name = "FILE")]
    pub(crate) estate: Option<PathBuf>,
    /// Look for OLD, which becomes NEW; may be given again
    #[arg(long = "map", value_name = "OLD=NEW")]
    pub(crate) maps: Vec<String>,
    /// Look for this id; may be given again
    #[arg(long = "id", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Look for ids of any organization, too [default: when no id is given]
    #[arg(long)]
    pub(crate) shapes: bool,
    /// Write a patch with the new ids, for `git apply`; `-` is stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) patch: Option<PathBuf>,
    /// Which patch
    #[arg(long, value_enum, default_value_t = Mode::Dual, requires = "patch")]
    pub(crate) patch_mode: Mode,
    /// Look into hidden files and folders, too
    #[arg(long)]
    pub(crate) hidden: bool,
    /// Leave out files larger than this
    #[arg(long, value_name = "MIB", default_value_t = 16)]
    pub(crate) max_size: u32,
    /// Exit with 3 when anything is found
    #[arg(long)]
    pub(crate) fail_on_reference: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = ScanOutput::Text)]
    pub(crate) output: ScanOutput,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanOutput {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// What a patch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// The new id beside the old one, while accounts move
    Dual,
    /// The new id in place of the old one, afterwards
    Replace,
}

impl From<Mode> for PatchMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Dual => Self::Dual,
            Mode::Replace => Self::Replace,
        }
    }
}
