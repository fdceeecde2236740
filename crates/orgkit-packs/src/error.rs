//! What can be wrong with a pack or with the parameters of its rules.

use std::path::PathBuf;

/// Why packs cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// There is no pack at the path.
    #[error("there is no policy pack at `{}`: no pack.toml", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// No pack of that name comes with orgkit.
    #[error("orgkit has no built-in policy pack `{name}`")]
    NotBuiltIn {
        /// The name.
        name: String,
    },
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder holds something that packs cannot have.
    #[error("`{}` cannot be part of a policy pack: {why}", path.display())]
    BadFile {
        /// The path.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The manifest is wrong.
    #[error("{place}: {message}")]
    Manifest {
        /// File, line and column, such as `pack.toml:12:3`.
        place: String,
        /// What is wrong.
        message: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// The manifest has a format that this orgkit does not know yet.
    #[error("`{pack}` has manifest format {found}, this orgkit reads up to {known}; a newer orgkit is needed")]
    NewerFormat {
        /// Where the pack is.
        pack: String,
        /// Its format.
        found: i64,
        /// The newest format that is known.
        known: u32,
    },
    /// The pack needs another orgkit.
    #[error("pack `{pack}` needs orgkit {needs}, this is {have}")]
    OrgkitTooOld {
        /// The pack.
        pack: String,
        /// What it needs.
        needs: String,
        /// What this is.
        have: String,
    },
    /// The manifest names a file that the pack does not have.
    #[error("pack `{pack}` has no file `{file}`")]
    MissingFile {
        /// The pack.
        pack: String,
        /// The file.
        file: String,
    },
    /// A component is not the one that its build record names.
    #[error("`{file}` of pack `{pack}` is damaged: its SHA-256 is {found}, its build record says {recorded}")]
    DamagedComponent {
        /// The pack.
        pack: String,
        /// The file.
        file: String,
        /// The digest of the bytes.
        found: String,
        /// The digest in the record.
        recorded: String,
    },
    /// A component's file holds something else.
    #[error("`{file}` of pack `{pack}` is not a WebAssembly component")]
    NotAComponent {
        /// The pack.
        pack: String,
        /// The file.
        file: String,
    },
    /// A schema or template is not what it should be.
    #[error("`{file}` of pack `{pack}`: {why}")]
    BadDocument {
        /// The pack.
        pack: String,
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Two packs have the same name.
    #[error("pack `{pack}` is there twice")]
    Twice {
        /// The pack.
        pack: String,
    },
    /// A setting names a rule that no pack has.
    #[error("no pack has a rule `{rule}`")]
    UnknownRule {
        /// The rule.
        rule: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A setting names a parameter that the rule does not have.
    #[error("rule `{rule}` has no parameter `{parameter}`")]
    UnknownParameter {
        /// The rule.
        rule: String,
        /// The parameter.
        parameter: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A parameter has a value that the rule's schema refuses.
    #[error("parameter `{parameter}` of rule `{rule}`: {why}")]
    BadParameter {
        /// The rule.
        rule: String,
        /// The parameter, as a JSON pointer without the leading slash.
        parameter: String,
        /// What is wrong.
        why: String,
    },
}

impl PackError {
    /// Whether a parameter is at fault and not a pack.
    pub fn is_parameter(&self) -> bool {
        matches!(self, Self::UnknownRule { .. } | Self::UnknownParameter { .. } | Self::BadParameter { .. })
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Manifest { near: Some(near), .. }
            | Self::UnknownRule { near: Some(near), .. }
            | Self::UnknownParameter { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Missing { .. } => Some("give the folder that has the pack's pack.toml".to_owned()),
            Self::NewerFormat { .. } | Self::OrgkitTooOld { .. } => Some("use a newer orgkit, or an older version of the pack".to_owned()),
            Self::DamagedComponent { .. } | Self::NotAComponent { .. } => {
                Some("get the pack again, or build its components again".to_owned())
            }
            _ => None,
        }
    }
}
