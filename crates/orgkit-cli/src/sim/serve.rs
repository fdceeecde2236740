//! `orgkit sim serve`.

use crate::args::ServeArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::time::machine_now;
use crate::world;
use orgkit_sim::{FaultPlan, SimError, Simulator, WorldFile};
use std::path::Path;
use std::sync::Arc;

/// Serves until it is stopped.
pub(super) async fn run(args: &ServeArgs, printer: Printer) -> Result<(), CliError> {
    let listen = args.listen;
    if !listen.ip().is_loopback() {
        return Err(CliError::new(Exit::Refused, "OK2001", format!("`{listen}` is not on this machine's loopback"))
            .hint("the simulated AWS has made-up keys that anybody can print; it listens on 127.0.0.1 or [::1] only"));
    }
    let world = world::read(args.world.world.as_deref())?;
    let simulator = prepare(args, &world)?;
    let failed = |error: std::io::Error| {
        CliError::from_source(Exit::Unexpected, "OK2101", &error)
            .named(&format!("cannot listen on {listen}"))
            .hint("port 0 takes any free port")
    };
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    printer.result(&format!("simulated AWS of `{}` is ready on http://{address}", world.name))?;
    let stop = async {
        // Where no signal can be heard, it serves until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = simulator.serve(listener, Arc::new(machine_now)) => served.map_err(failed),
        () = stop => Ok(()),
    }
}

fn prepare(args: &ServeArgs, world: &WorldFile) -> Result<Simulator, CliError> {
    let now = machine_now();
    let start = args.start.unwrap_or(now);
    let simulator = match &args.state {
        None => Simulator::in_memory(world, args.seed, start),
        Some(path) => Simulator::open(path, world, args.seed, start),
    };
    let simulator = simulator.map_err(|error| unusable(&error))?;
    if args.start.is_some() {
        simulator.go_on_from_here(now);
    }
    simulator.set_throttling(!args.no_throttle);
    if let Some(path) = &args.faults {
        simulator.arm(faults(path)?).map_err(|error| CliError::from_source(Exit::Usage, "OK1103", &error))?;
    }
    Ok(simulator)
}

/// Reads a fault plan.
fn faults(path: &Path) -> Result<FaultPlan, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        CliError::from_source(Exit::Usage, "OK1103", &error).named(&format!("cannot read the fault plan `{}`", path.display()))
    })?;
    FaultPlan::parse(&text).map_err(|error| {
        CliError::from_source(Exit::Usage, "OK1103", &error).named(&format!("the fault plan `{}` is not valid", path.display()))
    })
}

fn unusable(error: &SimError) -> CliError {
    let (exit, code) = match error {
        SimError::Store { .. } => (Exit::Unexpected, "OK1506"),
        SimError::OtherWorld { .. } => (Exit::Stale, "OK1507"),
        SimError::Damaged { .. } | SimError::Newer { .. } => (Exit::Corrupt, "OK1508"),
        _ => (Exit::Unexpected, "OK2101"),
    };
    CliError::from_source(exit, code, error)
}
