//! `orgkit scan` on a large tree, beside ripgrep with the same ids on the same files.

use super::table::{Row, Unit};
use crate::TaskError;
use crate::machine::{median, wall};
use crate::peers::ripgrep;
use std::path::Path;
use std::process::Command;

/// What is looked for: as many ids as a small organization has.
const IDS: [&str; 10] = [
    "o-a1b2c3d4e5",
    "r-ab12",
    "ou-ab12-a1b2c3d4",
    "ou-ab12-b1b2c3d4",
    "ou-ab12-c1b2c3d4",
    "ou-ab12-d1b2c3d4",
    "111122223333",
    "222233334444",
    "o-b2c3d4e5f6",
    "r-cd34",
];

/// How much text there is, in bytes.
const TREE: usize = 1 << 30;

/// One file of so many names an id.
const FILES_PER_HIT: usize = 2000;

const WORDS: &str = "resource aws_iam_role policy statement effect allow deny condition test variable values output module source version provider \
    region account description default type string list map for each count local data import from def return self class function const let var \
    export async await if else while true false null none name value key id arn bucket queue topic table lambda";

const ENDS: [&str; 8] = [" = {", " }", " = \"x\"", ":", ";", " # note", "-1", " o-rings"];

/// Scans a tree of source-like files that is made for it and removed after; its pages are in memory from the second run on.
pub(super) fn run(orgkit: &Path, scratch: &Path, runs: usize) -> Result<Row, TaskError> {
    let tree = scratch.join("tree");
    let files = make_tree(&tree)?;
    let mut scan = Command::new(orgkit);
    scan.args(["scan", "--output", "json"]).args(IDS.iter().flat_map(|id| ["--id", *id])).arg(&tree);
    wall(&mut scan)?;
    let (mut figures, mut others) = (Vec::new(), Vec::new());
    let search = ripgrep();
    // In turn, so that whatever else the machine does slows both.
    for _ in 0..runs {
        figures.push(wall(&mut scan)?);
        if let Ok(program) = &search {
            let mut search = Command::new(program);
            search.args(["--fixed-strings", "--line-number"]).args(IDS.iter().flat_map(|id| ["-e", *id])).arg(&tree);
            others.push(wall(&mut search)?);
        }
    }
    let beside = match search {
        Ok(_) => {
            let (own, other) = (median(&mut figures.clone()), median(&mut others));
            format!("`rg -F` with the same ids: {} (× {:.2})", Unit::Seconds.show(other), own / other)
        }
        Err(why) => format!("ripgrep is left out: {why}"),
    };
    std::fs::remove_dir_all(&tree).map_err(TaskError::file("remove", &tree))?;
    let what = format!("`orgkit scan` of 1 GiB in {files} files");
    Ok(Row { what, goal: "1.5 × ripgrep".to_owned(), figures, unit: Unit::Seconds, beside })
}

/// Numbers that look random and are the same each time (Knuth's multiplier for 64 bits).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let index = self.below(list.len());
        list.get(index).copied().unwrap_or_default()
    }
}

fn make_tree(tree: &Path) -> Result<usize, TaskError> {
    let mut numbers = Numbers(1);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let lines: Vec<String> = (0..20_000).map(|_| line(&mut numbers, &words)).collect();
    let (mut total, mut files) = (0, 0);
    while total < TREE {
        let folder = tree.join(format!("d{}/s{}", files / 1000, files / 50 % 20));
        std::fs::create_dir_all(&folder).map_err(TaskError::file("make", &folder))?;
        // Most files are short and some are long, as in a repository: 21 KiB on average.
        let size = 1 << (10 + numbers.below(4) + numbers.below(4));
        let mut text = String::with_capacity(size + 4096);
        while text.len() < size {
            let first = numbers.below(lines.len() - 100);
            let count = 10 + numbers.below(90);
            text.extend(lines.iter().skip(first).take(count).map(String::as_str));
        }
        if files % FILES_PER_HIT == 7 {
            text.push_str("\"aws:PrincipalOrgID\" = \"o-a1b2c3d4e5\"\n");
        }
        let path = folder.join(format!("f{files}.{}", numbers.one_of(&["tf", "ts", "py", "yaml", "json", "sh", "md"])));
        std::fs::write(&path, &text).map_err(TaskError::file("write", &path))?;
        total += text.len();
        files += 1;
    }
    Ok(files)
}

fn line(numbers: &mut Numbers, words: &[&str]) -> String {
    let indent = 2 * numbers.below(5);
    let count = 2 + numbers.below(9);
    let words: Vec<&str> = (0..count).map(|_| numbers.one_of(words)).collect();
    format!("{}{}{}\n", " ".repeat(indent), words.join(" "), numbers.one_of(&ENDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_lines_each_time() {
        let lines = || (0..3).map(|_| line(&mut Numbers(7), &["a", "b"])).collect::<Vec<_>>();
        assert_eq!(lines(), lines());
        assert!(Numbers(1).below(10) < 10);
    }
}
