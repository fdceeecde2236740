//! Nothing that opens a door and nobody's address leaves orgkit: credentials, session tokens, e-mail addresses and secrets of policies are
//! planted in a simulated AWS, and looked for in everything that orgkit writes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Collector, Output, Scene, Server, Tap, collect, files_under, orgkit, repository};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A part of every planted address.
const ADDRESS: &str = "canary-address";
/// An external id: whoever knows it may do what a partner may.
const EXTERNAL_ID: &str = "canary-external-id-5f0c";
/// Somebody's telephone number.
const PHONE: &str = "+49-canary-030";
/// How the secrets and the session tokens of the simulated AWS begin. Behind that stand 30 and 64 hexadecimal digits.
const SECRETS: [(&str, usize); 2] = [("simulated/", 30), ("simulated-session/", 64)];

/// The small world with an address in every account, a contact, and a role that a partner may assume by an external id.
fn world(scene: &Scene) -> String {
    let text = std::fs::read_to_string(repository().join("tests/worlds/small.toml")).unwrap();
    let planted: Vec<String> = text.split("[[accounts]]\n").enumerate().map(|(place, part)| plant(place, part)).collect();
    let role = format!(
        r#"[[accounts.roles]]
name = "partner"
trust = '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::999988887777:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{EXTERNAL_ID}"}}}}}}]}}'
"#
    );
    let text = format!("{}\n{role}", planted.join("[[accounts]]\n").trim_end());
    scene.write("canaries.toml", text).to_string_lossy().into_owned()
}

fn plant(place: usize, part: &str) -> String {
    match place {
        0 => part.to_owned(),
        _ => format!(
            "email = \"{ADDRESS}-{place}@canary.example\"\nalternate_contacts = [{{ type = \"SECURITY\", name = \"Ann\", \
             email = \"{ADDRESS}-contact-{place}@canary.example\", phone = \"{PHONE}-{place}\" }}]\n{part}"
        ),
    }
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle.as_bytes())
}

/// The secrets and session tokens in what was said on a wire.
fn secrets_in(heard: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(heard);
    let found = |(start, length): (&str, usize)| {
        let from_here = |(at, _)| text.get(at..at + start.len() + length).map(str::to_owned);
        let whole = |found: &String| found.bytes().skip(start.len()).all(|byte| byte.is_ascii_hexdigit());
        text.match_indices(start).filter_map(from_here).filter(whole).collect::<Vec<_>>()
    };
    SECRETS.into_iter().flat_map(found).collect()
}

/// Everything that orgkit wrote: what it printed, and the files of its state folder but those that are meant to hold what AWS said.
struct Written(Vec<(String, Vec<u8>)>);

impl Written {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn printed(&mut self, what: &str, output: &Output) {
        self.0.push((format!("stdout of {what}"), output.stdout.clone().into_bytes()));
        self.0.push((format!("stderr of {what}"), output.stderr.clone().into_bytes()));
    }

    fn files(&mut self, folder: &Path, left_out: &[&str]) {
        for path in files_under(folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !left_out.iter().any(|start| name.starts_with(start)) {
                self.0.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }

    #[track_caller]
    fn check(&self, canaries: &BTreeSet<String>) {
        for (name, bytes) in &self.0 {
            for canary in canaries {
                assert!(!holds(bytes, canary), "`{canary}` stands in {name}");
            }
        }
    }

    fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The options for the finest log into a file.
fn finest(file: &Path) -> Vec<String> {
    let options = ["--log-level", "trace", "--log-format", "json", "--log-file", &*file.to_string_lossy()];
    options.map(str::to_owned).to_vec()
}

fn run(scene: &Scene, words: &[&str], more: &[String]) -> Output {
    collect(orgkit(scene.home()).args(words).args(more))
}

#[test]
fn a_rehearsal_writes_down_no_address_and_no_secret() {
    let scene = Scene::new();
    let (world, state, collector) = (world(&scene), scene.state(), Collector::start("200 OK"));
    let state = &*state.to_string_lossy();
    let mut options = finest(&scene.home().join("log.json"));
    options.extend(["--otel-endpoint".to_owned(), collector.endpoint.clone()]);
    let mut written = Written::new();
    for (stage, code) in [("discover", 0), ("assess", 0), ("plan", 0), ("migrate", 0)] {
        let output = run(&scene, &[stage, "--rehearse", "--world", &world, "--state", state], &options).expect_code(code);
        written.printed(stage, &output);
    }
    for words in [&["status"][..], &["status", "--output", "json"], &["report"]] {
        let output = run(&scene, &[words, &["--rehearse", "--state", state]].concat(), &options).expect_code(0);
        written.printed(&words.join(" "), &output);
    }
    // The simulated AWS keeps what AWS keeps. The estate is a copy of what AWS said, policies and trust policies included.
    written.files(&scene.state(), &["aws.db", "estate.db"]);
    written.0.push(("log.json".to_owned(), std::fs::read(scene.home().join("log.json")).unwrap()));
    let bodies = collector.bodies();
    assert!(!bodies.is_empty(), "no span was sent");
    written.0.extend(bodies.into_iter().map(|body| ("a body to the collector".to_owned(), body)));
    for name in ["journal.db", "plan.json", "report.html", "report.json", "log.json"] {
        assert!(written.names().contains(name), "{name} is not looked at: {:?}", written.names());
    }
    let keys = run(&scene, &["sim", "env", "200000000001", "--world", &world], &[]).expect_code(0).stdout;
    let mut canaries = secrets_in(keys.as_bytes());
    assert_eq!(canaries.len(), 1, "the administrator has a secret: {keys}");
    canaries.extend([ADDRESS, EXTERNAL_ID, PHONE, "simulated/", "simulated-session/"].map(str::to_owned));
    written.check(&canaries);
    // The estate holds policies, for they are what is judged; it holds no addresses and no credentials.
    let mut estate = Written::new();
    estate.0.push(("estate.db".to_owned(), scene.read("estate.db")));
    canaries.remove(EXTERNAL_ID);
    estate.check(&canaries);
}

/// AWS profiles of the accounts whose administrators they are.
const PROFILES: [(&str, &str); 3] = [("new", "100000000001"), ("old", "200000000001"), ("loner", "300000000001")];

/// Writes an AWS configuration and an orgkit.toml, as a person would have them.
fn configured(scene: &Scene, server: &Server, world: &str, run: &impl Fn(&[&str]) -> Output) -> PathBuf {
    let mut text = String::new();
    for (profile, account) in PROFILES {
        let keys = server.keys(scene, account, &["--world", world]);
        text += &format!(
            "[profile {profile}]\nregion = us-east-1\naws_access_key_id = {}\naws_secret_access_key = {}\n\n",
            keys.id, keys.secret
        );
    }
    let path = scene.write("aws-config", text);
    let named = ["--target-profile", "new", "--source-profile", "old", "--standalone-profile", "loner", "--region", "us-east-1"];
    run(&[&["init"][..], &named].concat()).expect_code(0);
    path
}

#[test]
fn what_comes_over_the_wire_is_not_written_down() {
    let scene = Scene::new();
    let world = world(&scene);
    let server = Server::start(&scene, &["--world", &world]);
    let tap = Tap::before(&server.endpoint);
    let file = scene.home().join("log.json");
    let run = |words: &[&str]| {
        let mut command = orgkit(scene.home());
        command.env("AWS_ENDPOINT_URL", &tap.endpoint).env("AWS_CONFIG_FILE", scene.home().join("aws-config"));
        collect(command.args(words).args(finest(&file)))
    };
    let config = configured(&scene, &server, &world, &run);
    let mut written = Written::new();
    let planned = run(&["migrate"]).expect_code(7);
    let digest = planned.stderr.split("--confirm ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let digest = digest.trim_matches('`').to_owned();
    written.printed("migrate", &planned);
    written.printed("migrate --confirm", &run(&["migrate", "--confirm", &digest]).expect_code(7));
    written.printed("migrate --pass-gate", &run(&["migrate", "--pass-gate", "*=exported, ticket 42"]).expect_code(0));
    for words in [&["status"][..], &["status", "--output", "json"], &["report"], &["verify"]] {
        written.printed(&words.join(" "), &run(words).expect_code(0));
    }
    written.files(&scene.home().join(".orgkit"), &["estate.db"]);
    written.0.push(("log.json".to_owned(), std::fs::read(&file).unwrap()));

    // The canaries did come: otherwise nothing was shown.
    let heard = tap.heard();
    for planted in [ADDRESS, EXTERNAL_ID] {
        assert!(holds(&heard, planted), "`{planted}` was never said");
    }
    let mut canaries = secrets_in(&heard);
    for (start, _) in SECRETS {
        assert!(canaries.iter().any(|canary| canary.starts_with(start)), "no `{start}…` was given to orgkit: {canaries:?}");
    }
    canaries.extend(secrets_in(&std::fs::read(config).unwrap()));
    canaries.extend([ADDRESS, EXTERNAL_ID].map(str::to_owned));
    written.check(&canaries);
}
