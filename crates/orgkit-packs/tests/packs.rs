//! Loading packs and setting parameters, and what is said when that goes wrong.
#![cfg(test)]

use orgkit_packs::{PackError, PackSet, PackSource};
use serde_json::{Value, json};
use std::path::Path;

const FOUNDATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy-packs/foundation");

fn built_in() -> PackSet {
    PackSet::load([PackSource::BuiltIn("foundation".to_owned())]).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What is said about the foundation pack after a change to it, with the folder's name taken out.
fn told(change: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(FOUNDATION), folder.path());
    change(folder.path());
    let error = PackSet::load([PackSource::Folder(folder.path().to_owned())]).unwrap_err();
    let hint = error.hint().map_or_else(String::new, |hint| format!(" [{hint}]"));
    format!("{error}{hint}").replace(&folder.path().display().to_string(), "PACK")
}

fn manifest(folder: &Path, from: &str, to: &str) {
    let path = folder.join("pack.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "the manifest has no {from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn says_what_is_wrong_with_a_pack_and_where() {
    let wasm = "dist/foundation.wasm";
    let cases = [
        told(|pack| std::fs::remove_file(pack.join("pack.toml")).unwrap()),
        told(|pack| manifest(pack, "format = 1", "format = 7")),
        told(|pack| manifest(pack, "orgkit = \">=0.1.0\"", "orgkit = \">=99.0\"")),
        told(|pack| manifest(pack, "severity = \"high\"\nparams", "severty = \"high\"\nparams")),
        told(|pack| manifest(pack, "component = \"foundation\"", "component = \"fundation\"")),
        told(|pack| manifest(pack, "schemas/baseline.json", "schemas/none.json")),
        told(|pack| std::fs::remove_file(pack.join(wasm)).unwrap()),
        told(|pack| manifest(pack, "record = \"dist/foundation.build.toml\"", "record = \"pack.toml\"")),
        told(|pack| {
            manifest(pack, "record = \"dist/foundation.build.toml\"\n", "");
            std::fs::write(pack.join(wasm), b"\0asm\x01\0\0\0").unwrap();
        }),
        told(|pack| std::fs::write(pack.join("templates/scp/sandbox.json"), b"{\"Action\": [\"${unknown}\"]}").unwrap()),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r"
    there is no policy pack at `PACK`: no pack.toml [give the folder that has the pack's pack.toml]
    `PACK/pack.toml` has manifest format 7, this orgkit reads up to 1; a newer orgkit is needed [use a newer orgkit, or an older version of the pack]
    pack `foundation` needs orgkit >=99.0, this is 0.1.0 [use a newer orgkit, or an older version of the pack]
    PACK/pack.toml:19:1: unknown field `severty`, expected one of `kind`, `component`, `entry`, `title`, `severity`, `severity-range`, `params`, `phases`, `proof`, `subjects`, `reads`, `actions`, `covers`, `codes` [did you mean `severity`?]
    PACK/pack.toml:17:13: rule `org-id-conditions` names a component `fundation` that the pack does not have [did you mean `foundation`?]
    pack `foundation` has no file `schemas/none.json`
    pack `foundation` has no file `dist/foundation.wasm`
    `pack.toml` of pack `foundation`: it has no `sha256`
    `dist/foundation.wasm` of pack `foundation` is not a WebAssembly component [get the pack again, or build its components again]
    `templates/scp/sandbox.json` of pack `foundation`: `${unknown}` is not declared
    ");
}

#[test]
fn a_component_that_is_not_the_built_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(FOUNDATION), folder.path());
    let path = folder.path().join("dist/foundation.wasm");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = PackSet::load([PackSource::Folder(folder.path().to_owned())]).unwrap_err();
    assert!(matches!(error, PackError::DamagedComponent { .. }), "{error}");
}

#[test]
fn says_what_is_wrong_with_a_parameter() {
    let told = |rule: &str, parameter: &str, value: Value| {
        let error = built_in().set("foundation", rule, parameter, value).unwrap_err();
        assert!(error.is_parameter());
        format!("{error}{}", error.hint().map_or_else(String::new, |hint| format!(" [{hint}]")))
    };
    let cases = [
        told("base-line", "services", json!([])),
        told("baseline", "service", json!([])),
        told("baseline", "services", json!(["cloudwatch"])),
        told("organization-trail", "validation", json!("yes")),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r#"
    no pack has a rule `foundation/base-line` [did you mean `foundation/baseline`?]
    rule `foundation/baseline` has no parameter `service` [did you mean `services`?]
    parameter `services/0` of rule `foundation/baseline`: "cloudwatch" is not one of "cloudtrail", "config" or "inspector2"
    parameter `validation` of rule `foundation/organization-trail`: "yes" is not of type "boolean"
    "#);
}

#[test]
fn the_digest_follows_content_and_parameters() {
    let folder = PackSet::load([PackSource::Folder(FOUNDATION.into())]).unwrap();
    assert_eq!(folder.digest(), built_in().digest(), "the built-in pack is the one in the repository");
    let mut other = built_in();
    other.set("foundation", "baseline", "services", json!(["config"])).unwrap();
    assert_ne!(other.digest(), built_in().digest());
    other.set("foundation", "baseline", "services", json!(["cloudtrail", "config", "inspector2"])).unwrap();
    assert_eq!(other.digest(), built_in().digest(), "a default that is set is the default");
}

#[test]
fn a_value_cannot_change_the_structure_of_a_template() {
    let roles = json!(["x\"], \"Effect\": \"Allow\"", "${aws:PrincipalAccount}"]).to_string();
    let rendered = built_in().render("foundation", "deny-leave", &[("exempt-roles".to_owned(), roles)]).unwrap();
    let document: Value = serde_json::from_str(&rendered).unwrap();
    assert_eq!(document["Statement"][0]["Effect"], "Deny");
    assert_eq!(document["Statement"][0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"][0], "x\"], \"Effect\": \"Allow\"");
    assert!(built_in().render("foundation", "deny-leave", &[]).is_err(), "a value is missing");
}

#[test]
fn every_rule_covers_something_and_says_what_to_do_about_what_blocks() {
    for rule in built_in().rules() {
        assert!(!rule.covers.is_empty(), "{} covers nothing", rule.id);
        let silent = rule.codes.iter().find(|(_, code)| code.blocks_move && code.remedy.is_empty());
        assert!(silent.is_none(), "{}: {silent:?} blocks a move without a remedy", rule.id);
    }
}
