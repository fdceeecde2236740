//! The command line, as typed.

use crate::policy::PolicyCommand;
use clap::{Args, Parser, Subcommand, ValueEnum};
use orgkit_model::{AccountId, Severity};
use std::path::PathBuf;

/// Move AWS accounts into a new, well-governed organization: discovered, assessed, planned, rehearsed, executed, verified.
#[derive(Debug, Parser)]
#[command(name = "orgkit", version, max_term_width = 120, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Print nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write orgkit.toml: the target, the sources, the standalone accounts
    Init(InitArgs),
    /// Read both estates into one file
    Discover(StageArgs),
    /// Say which approach fits and what would break
    Assess(AssessArgs),
    /// Show what would be done, in which order
    Plan(PlanArgs),
    /// Do all of it: discover, assess, plan, execute, verify, report
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(Box<MigrateArgs>),
    /// Read the organizations again and compare with the plan
    Verify(StageArgs),
    /// Write the report of a run again, from its journal alone
    Report(ReportArgs),
    /// Work with policies: check, simulate, compare, minify
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Find the old organization's ids in code, and make a patch
    Scan(Box<crate::scan::ScanArgs>),
    /// A simulated AWS, for rehearsals and for your own scripts
    #[command(subcommand)]
    Sim(SimCommand),
    /// Explain an error code, or the exit codes
    Explain {
        /// A code such as OK1101, or `exit-codes`
        code: Option<String>,
    },
    /// Print the JSON Schema of a file or output
    Schema {
        /// Which
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a completion script
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

const MIGRATE_EXAMPLES: &str = "Examples:
  orgkit migrate --rehearse                      rehearse on the built-in Acme estate
  orgkit migrate --rehearse my-world.toml        rehearse on an estate that you wrote down
  orgkit migrate                                 plan the real thing from orgkit.toml, and ask
  orgkit migrate --confirm 4f1c2d9a0b7e          go on with the plan that has this digest";

/// Which schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The world file of the simulated AWS
    World,
    /// What `migrate --output json` prints
    Result,
    /// report.json
    Report,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// One JSON object at the end
    Json,
}

/// How bad.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// Anything at all
    Informational,
    /// Cosmetic
    Low,
    /// Protection, visibility or money is lost
    Medium,
    /// A workload may stop
    High,
    /// A workload stops, or an owner is locked out
    Critical,
}

impl From<FailOn> for Severity {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Informational => Self::Informational,
            FailOn::Low => Self::Low,
            FailOn::Medium => Self::Medium,
            FailOn::High => Self::High,
            FailOn::Critical => Self::Critical,
        }
    }
}

/// What every stage takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct StageArgs {
    /// Run on the simulated AWS instead of the real one
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// The world file of a rehearsal [default: the built-in Acme estate]
    #[arg(value_name = "WORLD", requires = "rehearse", conflicts_with = "world_file")]
    pub(crate) world: Option<PathBuf>,
    /// The same, by name
    #[arg(long = "world", value_name = "FILE", requires = "rehearse")]
    pub(crate) world_file: Option<PathBuf>,
    /// What the simulated AWS draws its ids from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where estate, plan, journal and report are kept
    #[arg(long, value_name = "DIR", default_value = ".orgkit")]
    pub(crate) state: PathBuf,
    /// The configuration file [default: orgkit.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Use this pack, too; may be given again
    #[arg(long = "pack", value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// Leave this pack out; may be given again
    #[arg(long = "without-pack", value_name = "NAME")]
    pub(crate) without_packs: Vec<String>,
    /// Set a parameter of a rule; may be given again
    #[arg(long = "set", value_name = "PACK.RULE.PARAM=JSON")]
    pub(crate) set: Vec<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

/// `orgkit assess`.
#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    #[command(flatten)]
    pub(crate) stage: StageArgs,
    /// Exit with 3 when a finding is at least this bad
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
}

/// `orgkit plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) stage: StageArgs,
    /// Exit with 3 when a finding is at least this bad
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Exit with 2 when there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// `orgkit migrate`.
#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    #[command(flatten)]
    pub(crate) stage: StageArgs,
    /// Forget the rehearsal that the state directory holds, and start over
    #[arg(long, requires = "rehearse")]
    pub(crate) fresh: bool,
    /// Approve the plan with this digest (the whole, or its first 12 digits)
    #[arg(long, value_name = "DIGEST", conflicts_with = "rehearse")]
    pub(crate) confirm: Option<String>,
    /// Say that a human gate is passed, with a note for the record; may be given again
    #[arg(long = "pass-gate", value_name = "STEP=NOTE", conflicts_with = "rehearse")]
    pub(crate) pass_gates: Vec<String>,
    /// Clear a stuck step, with a note for the record: it is looked at and tried again; may be given again
    #[arg(long = "clear", value_name = "STEP=NOTE")]
    pub(crate) clear: Vec<String>,
    /// Let the plan go on without an account, with a note for the record; may be given again
    #[arg(long = "excuse", value_name = "ACCOUNT=NOTE")]
    pub(crate) excuse: Vec<String>,
    /// End after this wave
    #[arg(long, value_name = "WAVE")]
    pub(crate) until: Option<String>,
    /// Work on this account alone, as far as its turn has come; may be given again
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) only: Vec<AccountId>,
    /// Wait as long as AWS's quotas and ages ask for, instead of ending and saying when to go on
    #[arg(long)]
    pub(crate) wait: bool,
    /// Stop before the first change when a finding is at least this bad, and exit with 3
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Exit with 2 when this run changed something
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// `orgkit report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The report of the rehearsal instead of that of the real run
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// Where the journal is kept
    #[arg(long, value_name = "DIR", default_value = ".orgkit")]
    pub(crate) state: PathBuf,
}

/// `orgkit init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The AWS profile of the new management account
    #[arg(long, value_name = "PROFILE")]
    pub(crate) target_profile: Option<String>,
    /// The AWS profile of an old management account; may be given again
    #[arg(long = "source-profile", value_name = "PROFILE")]
    pub(crate) source_profiles: Vec<String>,
    /// A standalone account by its AWS profile; may be given again
    #[arg(long = "standalone-profile", value_name = "PROFILE")]
    pub(crate) standalone_profiles: Vec<String>,
    /// The role by which the old management accounts enter their members
    #[arg(long, value_name = "ROLE", default_value = "OrganizationAccountAccessRole")]
    pub(crate) member_role: String,
    /// The regions to look at; may be given again
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "orgkit.toml")]
    pub(crate) config: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    pub(crate) force: bool,
}

/// `orgkit sim`.
#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
    /// Serve a simulated AWS on loopback until it is stopped
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Box<ServeArgs>),
    /// Print the AWS_* variables of an account's administrator
    Env {
        /// The account's id
        account: AccountId,
        #[command(flatten)]
        world: WorldArg,
        /// Where the simulated AWS listens
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4577")]
        endpoint: String,
    },
    /// List the accounts of a world
    Show {
        #[command(flatten)]
        world: WorldArg,
        /// How to print the result
        #[arg(long, value_enum, default_value_t = Output::Text)]
        output: Output,
    },
    /// List the operations that are simulated, with the rules that are modelled
    Operations {
        /// How to print the result
        #[arg(long, value_enum, default_value_t = Output::Text)]
        output: Output,
    },
    /// Print a world: a generated one, or one made from a discovered estate
    New {
        /// How many accounts there are to be migrated
        #[arg(long, value_name = "N", default_value_t = 20)]
        accounts: usize,
        /// What it is drawn from
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// Make it from this estate; `orgkit discover` keeps the real one in .orgkit/migration/estate.db
        #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "seed"])]
        from: Option<PathBuf>,
    },
}

const SERVE_EXAMPLES: &str = "Examples:
  orgkit sim serve                                         the built-in Acme estate, forgotten when it stops
  orgkit sim serve --world my.toml --state my.sim          kept in my.sim, and taken up from there
  orgkit sim serve --faults faults.toml --seed 7           with faults, the same on every run
  curl -X POST localhost:4577/_sim/clock -d '{\"advance_seconds\": 86400}'   a day passes";

/// `orgkit sim serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) world: WorldArg,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4577")]
    pub(crate) listen: std::net::SocketAddr,
    /// What it draws its ids from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Keep the world in this file, and take up where it left off
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Let things go wrong as this plan says
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// When the world begins, such as 2026-11-01T00:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<jiff::Timestamp>,
    /// Answer as fast as asked, without AWS's request limits
    #[arg(long)]
    pub(crate) no_throttle: bool,
}

/// A world file.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorldArg {
    /// The world file [default: the built-in Acme estate]
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,
}
