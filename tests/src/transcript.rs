//! Transcripts: what a person types and sees, kept in files and compared with what orgkit does.
//!
//! A transcript is a Markdown file whose `console` blocks hold commands and what they print, both streams together in the order standard
//! output, standard error. `[..]` stands for any text within a line, a line of `...` for any number of lines, and `? 4` for the exit code
//! when it is not 0. With `ORGKIT_BLESS=1` the files are written anew from what orgkit does.

use crate::{Output, Scene, collect, orgkit, repository};
use std::path::Path;

/// Compares a transcript with what orgkit does, all its commands in one home folder. What `tests/fixtures` has under the transcript's name is
/// copied there before.
#[expect(clippy::disallowed_methods, reason = "the wish to write transcripts anew comes through the environment")]
pub fn check_transcript(path: &Path) {
    let text = std::fs::read_to_string(path).expect("the transcript can be read");
    let scene = Scene::new();
    if let Some(stem) = path.file_stem() {
        scene.take_in(&repository().join("tests/fixtures").join(stem));
    }
    let mut actual = String::new();
    let mut differences = Vec::new();
    for piece in split(&text) {
        match piece {
            Piece::Prose(line) => actual.push_str(&format!("{line}\n")),
            Piece::Command { typed, expected } => {
                let seen = rendered(&run(&scene, typed), &scene);
                let is_same = matches(&expected, &seen.lines().collect::<Vec<_>>());
                let expected = expected.join("\n");
                let kept = if is_same { expected.as_str() } else { seen.trim_end_matches('\n') };
                actual.push_str(&format!("$ {typed}\n{kept}{}", if kept.is_empty() { "" } else { "\n" }));
                if !is_same {
                    differences.push(format!("$ {typed}\n--- expected\n{expected}\n--- seen\n{seen}"));
                }
            }
        }
    }
    if std::env::var_os("ORGKIT_BLESS").is_some() {
        std::fs::write(path, actual).expect("the transcript can be written");
    } else {
        assert!(differences.is_empty(), "{}:\n{}\n(ORGKIT_BLESS=1 writes it anew)", path.display(), differences.join("\n"));
    }
}

enum Piece<'a> {
    Prose(&'a str),
    Command { typed: &'a str, expected: Vec<&'a str> },
}

/// Parts a transcript into commands with what they print, and everything else.
fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut is_console = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
            pieces.push(Piece::Prose(line));
        } else if let (true, Some(typed)) = (is_console, line.strip_prefix("$ ")) {
            pieces.push(Piece::Command { typed, expected: Vec::new() });
        } else if let (true, Some(Piece::Command { expected, .. })) = (is_console, pieces.last_mut()) {
            expected.push(line);
        } else {
            pieces.push(Piece::Prose(line));
        }
    }
    pieces
}

/// Runs a line that begins with `orgkit`; words are parted by spaces alone.
fn run(scene: &Scene, typed: &str) -> Output {
    let mut words = typed.split_whitespace();
    assert_eq!(words.next(), Some("orgkit"), "a transcript's commands are orgkit's: `{typed}`");
    collect(orgkit(scene.home()).args(words))
}

fn rendered(output: &Output, scene: &Scene) -> String {
    let code = match output.code {
        Some(0) => String::new(),
        Some(code) => format!("? {code}\n"),
        None => "? killed\n".to_owned(),
    };
    let text = format!("{code}{}{}", output.stdout, output.stderr);
    let text = text.replace(&*scene.home().to_string_lossy(), "[HOME]");
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Whether lines are as expected, with `...` for any lines and `[..]` for any text.
fn matches(expected: &[&str], seen: &[&str]) -> bool {
    match expected.split_first() {
        None => seen.is_empty(),
        Some((&"...", rest)) => (0..=seen.len()).any(|skipped| seen.get(skipped..).is_some_and(|seen| matches(rest, seen))),
        Some((line, rest)) => seen.split_first().is_some_and(|(first, others)| line_matches(line, first) && matches(rest, others)),
    }
}

fn line_matches(expected: &str, seen: &str) -> bool {
    let Some((start, rest)) = expected.split_once("[..]") else { return expected == seen };
    let Some(seen) = seen.strip_prefix(start) else { return false };
    (0..=seen.len()).filter_map(|from| seen.get(from..)).any(|tail| line_matches(rest, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_text_and_lines() {
        for (expected, seen, is_same) in [
            (vec!["a"], vec!["a"], true),
            (vec!["a"], vec!["b"], false),
            (vec!["a[..]c"], vec!["abc"], true),
            (vec!["a[..]c"], vec!["abd"], false),
            (vec!["...", "c"], vec!["a", "b", "c"], true),
            (vec!["...", "c"], vec!["a", "b"], false),
            (vec!["a", "..."], vec!["a"], true),
            (vec![], vec!["a"], false),
        ] {
            assert_eq!(matches(&expected, &seen), is_same, "{expected:?} {seen:?}");
        }
    }

    #[test]
    fn a_transcript_falls_into_commands_and_prose() {
        let text = "# Title\n```console\n$ orgkit a\nout\n? 1\n$ orgkit b\n```\n$ no command\n";
        let commands: Vec<_> = split(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Command { typed, expected } => Some((typed, expected)),
                Piece::Prose(_) => None,
            })
            .collect();
        assert_eq!(commands, [("orgkit a", vec!["out", "? 1"]), ("orgkit b", vec![])]);
    }
}
