//! Logs and traces: what the executor tells through `tracing`, as lines and as OpenTelemetry spans. Off unless asked for.
//!
//! Only orgkit's own targets are let through. Libraries beneath it may say more than anybody wants in a file: bodies of requests, for one.

mod args;
mod collector;

pub(crate) use args::LogArgs;

use crate::error::CliError;
use crate::exit::Exit;
use args::{LogFormat, LogLevel};
use collector::Collector;
use std::fmt;
use std::fs::File;
use std::sync::Mutex;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// Whose events are let through: the crates whose names begin so.
const OWN: &str = "orgkit";

/// Logging that was set up; traces are sent on their way when it is finished.
pub(crate) struct Logging {
    collector: Option<Collector>,
    /// Whether log lines go to standard error, where progress bars would be torn by them.
    pub(crate) on_stderr: bool,
}

impl Logging {
    /// Sets up what the options and the environment ask for.
    #[expect(clippy::disallowed_methods, reason = "the command line sees the environment")]
    pub(crate) fn start(args: &LogArgs) -> Result<Self, CliError> {
        let environment = std::env::var("ORGKIT_LOG").ok();
        let level = args
            .level(environment.as_deref())
            .map_err(|why| wrong(format!("ORGKIT_LOG is no level: {why}")).hint("it takes off, error, warn, info, debug or trace"))?;
        let level = level.filter(|level| *level != LogLevel::Off);
        let lines = level.map(|level| lines(args, level.into())).transpose()?;
        let collector = args.otel_endpoint.as_deref().map(Collector::connect).transpose()?;
        let traces = collector.as_ref().map(|collector| {
            let finest = level.map_or(LevelFilter::INFO, LevelFilter::from).max(LevelFilter::INFO);
            collector.layer().with_filter(own(finest))
        });
        if lines.is_some() || traces.is_some() {
            // Nobody else in this process sets one.
            let _ = tracing::subscriber::set_global_default(Registry::default().with(lines).with(traces));
        }
        Ok(Self { collector, on_stderr: level.is_some() && args.log_file.is_none() })
    }

    /// Sends what is left of the traces. It takes seconds at most, whatever the collector does.
    pub(crate) fn finish(self) {
        if let Some(collector) = self.collector {
            collector.close();
        }
    }
}

fn own(level: LevelFilter) -> Targets {
    Targets::new().with_target(OWN, level)
}

/// The layer that writes lines.
fn lines<S>(args: &LogArgs, level: LevelFilter) -> Result<Box<dyn Layer<S> + Send + Sync>, CliError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let writer = match &args.log_file {
        None => BoxMakeWriter::new(std::io::stderr),
        Some(path) => {
            let file = File::options().create(true).append(true).open(path).map_err(|error| {
                CliError::from_source(Exit::Usage, "OK1002", &error)
                    .named(&format!("cannot write the log to `{}`", path.display()))
                    .hint("name another file with `--log-file`")
            })?;
            BoxMakeWriter::new(Mutex::new(file))
        }
    };
    // A log that cannot be written is no reason to stop a run, or to tear what it prints.
    let layer = tracing_subscriber::fmt::layer().with_timer(Clock).with_ansi(false).with_writer(writer).log_internal_errors(false);
    Ok(match args.log_format.unwrap_or(LogFormat::Text) {
        LogFormat::Text => layer.with_filter(own(level)).boxed(),
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_current_span(false).with_span_list(true);
            layer.with_filter(own(level)).boxed()
        }
    })
}

/// The machine's time, in a rehearsal too: the time of the simulated AWS stands in the journal. RFC 3339, to the microsecond.
struct Clock;

impl FormatTime for Clock {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{:.6}", crate::time::machine_now())
    }
}

fn wrong(message: impl Into<String>) -> CliError {
    CliError::new(Exit::Usage, "OK1002", message)
}
