//! `orgkit sim`: the simulated AWS for anybody's use.

mod operations;
mod serve;

use crate::args::{Output, SimCommand};
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::{render, world};
use orgkit_model::AccountId;
use orgkit_sim::{Simulator, WorldFile};

/// Runs `orgkit sim …`.
pub(crate) async fn run(command: &SimCommand, printer: Printer) -> Result<Exit, CliError> {
    match command {
        SimCommand::Serve(args) => serve::run(args, printer).await?,
        SimCommand::Env { account, world, endpoint } => env(&world::read(world.world.as_deref())?, account, endpoint, printer)?,
        SimCommand::Show { world, output } => show(&world::read(world.world.as_deref())?, *output, printer)?,
        SimCommand::Operations { output } => printer.result(&operations::list(*output)?)?,
        SimCommand::New { accounts, seed } => printer.result(&orgkit_sim::generate(*accounts, *seed).to_toml())?,
    }
    Ok(Exit::Ok)
}

fn env(world: &WorldFile, account: &AccountId, endpoint: &str, printer: Printer) -> Result<(), CliError> {
    let keys = world.account(account).map(|account| orgkit_sim::keys_of(&account.id)).ok_or_else(|| {
        CliError::new(Exit::Usage, "OK1001", format!("world `{}` has no account {account}", world.name))
            .hint("`orgkit sim show` lists its accounts")
    })?;
    let region = world.regions.first().map_or(orgkit_cloud::HOME_REGION, String::as_str);
    let lines = [
        ("AWS_ACCESS_KEY_ID", keys.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.as_str()),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    printer.result(&lines.iter().map(|(name, value)| format!("export {name}={value}\n")).collect::<String>())
}

fn show(world: &WorldFile, output: Output, printer: Printer) -> Result<(), CliError> {
    let simulator =
        Simulator::in_memory(world, 1, world::start()).map_err(|error| CliError::from_source(Exit::Unexpected, "OK2101", &error))?;
    let accounts = simulator.accounts();
    let text = match output {
        Output::Json => {
            let accounts: Vec<_> = accounts
                .iter()
                .map(|account| serde_json::json!({ "id": account.id, "name": account.name, "organization": account.organization }))
                .collect();
            render::json(&serde_json::json!({ "world": world.name, "accounts": accounts }))?
        }
        Output::Text => accounts
            .iter()
            .map(|account| {
                let organization = account.organization.as_ref().map_or("standalone", |id| id.as_str());
                format!("{}  {organization:<14}  {}\n", account.id, account.name)
            })
            .collect(),
    };
    printer.result(&text)
}
