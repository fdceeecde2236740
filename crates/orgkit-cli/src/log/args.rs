//! What is logged, how much of it, and where to: options of every command.

use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::str::FromStr;
use tracing_subscriber::filter::LevelFilter;

/// What is logged. Nothing, unless one of these or `ORGKIT_LOG` asks for it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Logging")]
pub(crate) struct LogArgs {
    /// Log what goes on, to this level [default: ORGKIT_LOG, or info where another of these is given]
    #[arg(long, global = true, hide_short_help = true, value_name = "LEVEL", value_enum)]
    pub(crate) log_level: Option<LogLevel>,
    /// The form of a log line [default: text]
    #[arg(long, global = true, hide_short_help = true, value_name = "FORM", value_enum)]
    pub(crate) log_format: Option<LogFormat>,
    /// Append the log to this file [default: standard error]
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,
    /// Send spans of run, waves and steps to this OpenTelemetry collector (OTLP over HTTP)
    #[arg(long, global = true, hide_short_help = true, value_name = "URL")]
    pub(crate) otel_endpoint: Option<String>,
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing
    Off,
    /// What ends a run
    Error,
    /// What a person should look at
    Warn,
    /// What was changed, and what came of it
    Info,
    /// Looks and waits, too
    Debug,
    /// Everything
    Trace,
}

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        <Self as ValueEnum>::from_str(text, true)
    }
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

impl LogArgs {
    /// The level to log at; `None` when nobody asked for a log. What was typed goes before the environment.
    pub(crate) fn level(&self, environment: Option<&str>) -> Result<Option<LogLevel>, String> {
        let set = environment.filter(|text| !text.trim().is_empty());
        match (self.log_level, set) {
            (Some(level), _) => Ok(Some(level)),
            (None, Some(text)) => text.trim().parse().map(Some),
            (None, None) => Ok((self.log_format.is_some() || self.log_file.is_some()).then_some(LogLevel::Info)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_logged_unless_somebody_asks_and_what_is_typed_goes_first() {
        let asked = |log_level, log_format, environment| LogArgs { log_level, log_format, ..LogArgs::default() }.level(environment);
        for (level, form, environment, expected) in [
            (None, None, None, None),
            (None, None, Some(" "), None),
            (None, Some(LogFormat::Json), None, Some(LogLevel::Info)),
            (None, None, Some("DEBUG"), Some(LogLevel::Debug)),
            (None, Some(LogFormat::Text), Some("trace"), Some(LogLevel::Trace)),
            (Some(LogLevel::Off), Some(LogFormat::Text), Some("trace"), Some(LogLevel::Off)),
        ] {
            assert_eq!(asked(level, form, environment), Ok(expected), "{level:?} {form:?} {environment:?}");
        }
        assert!(asked(None, None, Some("orgkit=debug")).is_err());
    }
}
