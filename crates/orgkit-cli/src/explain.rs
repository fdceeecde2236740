//! What the stable codes mean.

use crate::error::CliError;
use crate::exit::Exit;

/// Every code that orgkit prints, with what it means and what to do.
pub(crate) const CODES: &[(&str, &str)] = &[
    ("OK1001", "The command line is wrong. The line above says which argument; `--help` shows what the command takes."),
    ("OK1101", "A world file cannot be read. Check the path and its permissions."),
    (
        "OK1102",
        "A world file is not valid: the line and column say where. `orgkit schema world` prints its schema, docs/world-file.md explains it.",
    ),
    ("OK1103", "A fault plan cannot be read, or is not valid. docs/fault-plans.md describes what it may say."),
    (
        "OK1103",
        "The estate file to make a world of cannot be read: no estate, damaged, or written by a later orgkit. `orgkit discover` writes one, with a rehearsal or the real organizations.",
    ),
    ("OK1201", "orgkit.toml cannot be read. `orgkit init` writes one."),
    ("OK1202", "orgkit.toml is not valid: the line and column say where."),
    ("OK1203", "orgkit.toml cannot be written, or it is there already. `--force` overwrites it."),
    (
        "OK1301",
        "A policy pack is missing, damaged or not made for this orgkit. Packs are folders with a pack.toml; `--pack DIR` names one.",
    ),
    ("OK1302", "A plugin of a pack failed to load or to run. Its findings are unknown, so orgkit does not go on as if there were none."),
    ("OK1303", "A parameter of a rule is not what the rule's schema asks for."),
    (
        "OK1401",
        "The journal cannot be opened or written. Nothing further was done to AWS. Free the disk or repair its permissions, then run the same command again.",
    ),
    (
        "OK1402",
        "The journal is damaged: its chain of hashes is broken. orgkit does not guess what happened. Keep the file, restore it from a backup, or start over in another state directory after comparing both organizations by hand.",
    ),
    ("OK1403", "A later orgkit wrote the journal. Use that version."),
    ("OK1404", "Another orgkit holds the journal. Wait for it; `orgkit status` shows what it does."),
    ("OK1405", "Another orgkit has taken the journal over. This one stopped before its next change, so that only one of them is at work."),
    ("OK1501", "The state directory cannot be made, read or written."),
    ("OK1502", "Another orgkit is running on the same state directory. Wait for it, or stop it with Ctrl-C; it goes on where it stopped."),
    ("OK1503", "The state directory holds the rehearsal of another world or seed. `--fresh` starts over, `--state DIR` keeps both."),
    ("OK1504", "The simulated AWS in the state directory is damaged, or a later orgkit wrote it. `--fresh` starts the rehearsal over."),
    (
        "OK1506",
        "The file of `sim serve --state` cannot be used: another process has it open, or its permissions forbid it. Stop the other one, or name another file.",
    ),
    ("OK1507", "The file of `sim serve --state` was made from another world file or seed. Start with those, or name another file."),
    ("OK1508", "The file of `sim serve --state` is damaged, or a later orgkit wrote it. It was left as it is; name another file."),
    (
        "OK1505",
        "stdout cannot be written: the disk is full, or the file it goes to is gone. What was done before is in the state directory.",
    ),
    (
        "OK1601",
        "Credentials are missing, expired or belong to another account. `aws sts get-caller-identity --profile NAME` shows what a profile gives; `aws sso login` renews a session.",
    ),
    ("OK1701", "AWS refused a call, or the call failed. The line above holds AWS's words."),
    ("OK1801", "No plan can be made from this estate and configuration."),
    (
        "OK1802",
        "The plan changed since its digest was approved: the estate, the packs or the configuration are not what they were. Read the new plan and approve its digest.",
    ),
    (
        "OK1901",
        "The plan is not approved, and nothing was changed. Approve it with `--confirm DIGEST`, or at a terminal by typing what it asks for.",
    ),
    ("OK1902", "The run stopped at a safe place. The same command goes on from there."),
    ("OK1903", "A step is stuck: trying again would change nothing until a person acts. The closing summary says what stood in the way."),
    ("OK1904", "Findings are at or above the level of --fail-on. Nothing was changed."),
    (
        "OK1905",
        "A human gate waits: something only a person can do or decide. The run stopped at a safe place. `--pass-gate STEP=NOTE` records who decided what, and goes on; STEP may hold `*` to pass several gates with one note.",
    ),
    (
        "OK1906",
        "`--clear` names a step that is not stuck, or `--excuse` an account that the plan does not move. `orgkit status` shows both. Nothing was changed.",
    ),
    ("OK1907", "`--until` or `--only` names a wave or an account that the plan does not have. Nothing was changed."),
    (
        "OK1908",
        "AWS's quotas and ages let nothing be done before the time that is shown. The run stopped at a safe place; the same command goes on then, and with `--wait` it waits by itself.",
    ),
    ("OK2001", "A safety rule refused the command."),
    ("OK2201", "A policy document cannot be read. Check the path and its permissions; the text has to be UTF-8."),
    ("OK2101", "Something unexpected failed. Please report it with the lines above."),
    (
        "OK2211",
        "A file given to `policy minify` is no policy document. `policy check` on it says everything that is wrong with it, and where.",
    ),
    (
        "OK2212",
        "`policy minify --out` cannot write there: it makes new files and never overwrites one. Name another folder, or move what is in the way.",
    ),
    (
        "OK2213",
        "It could not be proved that a shorter policy says the same, so none was printed. The line above names the statement. Please report it with the document.",
    ),
    ("OK2221", "A file that a policy command was given cannot be read. Check the path and its permissions."),
    (
        "OK2222",
        "A case of `policy simulate` cannot be read: it is not JSON, or not a case. The others were answered. The line and column say where; docs/policy-simulate.md has the format.",
    ),
    (
        "OK2223",
        "A policy in a case of `policy simulate` is no policy document, so that case has no verdict. The line and column say where; `policy check` on the document says everything that is wrong with it.",
    ),
    ("OK2224", "`policy simulate --bench` needs /proc/self/stat to tell how much processor time it used. Run it on Linux."),
    (
        "OK2231",
        "The estate of a policy command cannot be read: no estate, damaged, or written by a later orgkit. `orgkit discover` writes one.",
    ),
    ("OK2232", "The account or the unit that a policy command was asked about is not in the estate."),
    (
        "OK2233",
        "A policy of the estate is no policy document that orgkit can read, so nobody can say what it allows. `orgkit policy check` says what is wrong with it.",
    ),
    ("OK2234", "The folder or file that `--activity` names cannot be read."),
    (
        "OK2235",
        "Some of the CloudTrail files could not be read to their end; the lines above name them. What is in them is unknown, so the comparison did not succeed, though nothing else is newly denied. Fetch them again.",
    ),
    ("OK2301", "An id to scan for is not valid, or a patch is wanted and no id has a new one. `--map OLD=NEW` names both, of one kind."),
    ("OK2302", "A path to scan is not there, or the patch cannot be written."),
    (
        "OK2303",
        "Files or folders could not be read; the lines above name them. What is in them is unknown, so the scan did not succeed, whatever it found elsewhere. Repair their permissions, or name other paths.",
    ),
    (
        "OK2304",
        "The estate file to take ids from cannot be read. `orgkit discover` writes one, with a rehearsal or the real organizations.",
    ),
];

/// The text for a code, or for the table of exit codes.
pub(crate) fn explain(code: Option<&str>) -> Result<String, CliError> {
    match code {
        None => Ok(CODES.iter().map(|(code, text)| format!("{code}  {text}\n")).collect()),
        Some("exit-codes") => Ok(Exit::TABLE.iter().map(|(exit, text)| format!("{:>3}  {text}\n", *exit as u8)).collect()),
        Some(code) => match CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)) {
            Some((code, text)) => Ok(format!("{code}  {text}\n")),
            None => Err(CliError::new(Exit::Usage, "OK1001", format!("no code `{code}` is known")).hint("`orgkit explain` lists them all")),
        },
    }
}
