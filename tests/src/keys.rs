//! Credentials of simulated accounts, as `orgkit sim env` prints them.

use std::process::Command;

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The id of the key.
    pub id: String,
    /// The secret.
    pub secret: String,
}

impl Keys {
    /// Reads shell assignments: `export AWS_ACCESS_KEY_ID=…`, with or without the word and with or without quotes.
    pub fn parse(text: &str) -> Self {
        let value = |name: &str| {
            let assigned = text.lines().filter_map(|line| line.trim().trim_start_matches("export ").split_once('='));
            let found = assigned.filter(|(key, _)| *key == name).map(|(_, value)| value.trim_matches(['"', '\'']).to_owned()).next();
            found.unwrap_or_else(|| panic!("no {name} in:\n{text}"))
        };
        Self { id: value("AWS_ACCESS_KEY_ID"), secret: value("AWS_SECRET_ACCESS_KEY") }
    }

    /// Puts them into a command's environment.
    pub fn give(&self, command: &mut Command) {
        command.env("AWS_ACCESS_KEY_ID", &self.id).env("AWS_SECRET_ACCESS_KEY", &self.secret);
    }
}
