//! Serves a world file: `cargo run -p orgkit-sim --example serve -- WORLD.toml 127.0.0.1:7000`. The same as `orgkit sim serve`, in a program that
//! compiles in seconds, for work on the simulated AWS itself.
#![expect(clippy::disallowed_methods, reason = "a served world follows the machine's clock")]

use jiff::Timestamp;
use orgkit_sim::{Simulator, WorldFile};
use std::error::Error;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("usage: serve WORLD.toml ADDRESS:PORT".into());
    };
    let file = WorldFile::parse(&path, &std::fs::read_to_string(&path)?)?;
    let simulator = Simulator::in_memory(&file, 1, Timestamp::now())?;
    // Scenarios about rules ask faster than AWS lets anybody.
    simulator.set_throttling(false);
    let listener = tokio::net::TcpListener::bind(&address).await?;
    simulator.serve(listener, Arc::new(Timestamp::now)).await?;
    Ok(())
}
