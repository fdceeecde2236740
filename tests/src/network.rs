//! The real line over the network: a simulated AWS that listens, AWS profiles, an orgkit.toml.

use crate::{Journal, Output, Scene, Server, collect, orgkit};
use std::process::Command;

/// Profiles of the AWS configuration with the accounts whose administrators they are.
const PROFILES: &[(&str, &str)] = &[("new", "100000000001"), ("old", "200000000001"), ("loner", "300000000001")];

/// A scene with a server, AWS profiles and an orgkit.toml.
#[derive(Debug)]
pub struct Network {
    /// Its home, with the state of the runs.
    pub scene: Scene,
    server: Server,
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Network {
    /// The smallest world.
    pub fn new() -> Self {
        Self::with("Small", "Small")
    }

    /// The same with one passage of the world changed.
    pub fn with(passage: &str, replacement: &str) -> Self {
        let scene = Scene::new();
        let world = scene.small_world(passage, replacement);
        let server = Server::start(&scene, &["--world", &world]);
        let mut config = String::new();
        for (profile, account) in PROFILES {
            let keys = server.keys(&scene, account, &["--world", &world]);
            config += &format!(
                "[profile {profile}]\nregion = us-east-1\naws_access_key_id = {}\naws_secret_access_key = {}\n\n",
                keys.id, keys.secret
            );
        }
        scene.write("aws-config", config);
        let network = Self { scene, server };
        let profiles = ["--target-profile", "new", "--source-profile", "old", "--standalone-profile", "loner", "--region", "us-east-1"];
        network.run("init", &profiles).expect_code(0);
        network
    }

    /// Runs a command of orgkit.
    pub fn run(&self, command: &str, arguments: &[&str]) -> Output {
        collect(&mut self.command(command, arguments))
    }

    /// orgkit with the network's profiles and endpoint.
    pub fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut orgkit = orgkit(self.scene.home());
        orgkit.env("AWS_ENDPOINT_URL", &self.server.endpoint).env("AWS_CONFIG_FILE", self.scene.home().join("aws-config"));
        orgkit.arg(command).args(arguments);
        if command != "init" && !arguments.contains(&"--state") {
            orgkit.arg("--state").arg(self.scene.state());
        }
        orgkit
    }

    /// The calls that left, by the journal.
    pub fn intents(&self) -> usize {
        Journal::intents_so_far(self.scene.find("journal.db").as_deref())
    }

    /// The digest that the plan ends with, from the hint.
    pub fn digest(&self) -> String {
        let output = self.run("migrate", &[]).expect_code(7);
        let digest = output.stderr.split("--confirm ").nth(1).and_then(|rest| rest.split_whitespace().next());
        digest.map(|digest| digest.trim_matches('`').to_owned()).unwrap_or_else(|| panic!("no digest in:\n{}", output.stderr))
    }
}
