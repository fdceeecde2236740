//! One pack: its manifest and files, checked against each other.

use crate::files::{self, Files};
use crate::manifest::{ComponentEntry, Manifest};
use crate::params::Schema;
use crate::parse::{at, parse};
use crate::suggest::nearest;
use crate::template::Template;
use crate::{PackError, RuleKind};
use semver::{Version, VersionReq};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the manifest.
const MANIFEST: &str = "pack.toml";

/// A pack that was read and checked.
#[derive(Debug)]
pub struct Pack {
    pub(crate) manifest: Manifest,
    pub(crate) files: Files,
    pub(crate) schemas: BTreeMap<String, Schema>,
    pub(crate) templates: BTreeMap<String, Template>,
}

impl Pack {
    /// Reads the pack in a folder.
    pub fn read(folder: &Path) -> Result<Self, PackError> {
        if !folder.join(MANIFEST).is_file() {
            return Err(PackError::Missing { path: folder.to_owned() });
        }
        Self::from_files(&folder.display().to_string(), files::read(folder)?)
    }

    /// Checks a pack that is there as files. `place` names it in messages.
    pub(crate) fn from_files(place: &str, files: Files) -> Result<Self, PackError> {
        let place = format!("{place}/{MANIFEST}");
        let bytes = files.get(MANIFEST).ok_or_else(|| PackError::Missing { path: place.clone().into() })?;
        let text = std::str::from_utf8(bytes).map_err(|error| PackError::Manifest {
            place: place.clone(),
            message: error.to_string(),
            near: None,
        })?;
        let manifest = parse(&place, text)?;
        Checker { place: &place, text, manifest: &manifest, files: &files }.check()?;
        let mut pack = Self { manifest, files, schemas: BTreeMap::new(), templates: BTreeMap::new() };
        pack.schemas = pack.read_schemas()?;
        pack.templates = pack.read_templates()?;
        Ok(pack)
    }

    /// The pack's name, the first part of its rules' ids.
    pub fn name(&self) -> &str {
        self.manifest.pack.name.as_ref()
    }

    /// The pack's version.
    pub fn version(&self) -> &str {
        self.manifest.pack.version.as_ref()
    }

    /// What it is for.
    pub fn description(&self) -> &str {
        &self.manifest.pack.description
    }

    /// The SHA-256 of each file by path, as hex.
    pub(crate) fn file_digests(&self) -> BTreeMap<&str, String> {
        self.files.iter().map(|(path, content)| (path.as_str(), hex::encode(Sha256::digest(content)))).collect()
    }

    fn read_schemas(&self) -> Result<BTreeMap<String, Schema>, PackError> {
        let mut schemas = BTreeMap::new();
        for (rule, entry) in &self.manifest.rules {
            let schema = match &entry.params {
                None => Schema::empty(),
                Some(file) => Schema::parse(file_of(self.name(), &self.files, file)?).map_err(|why| self.bad(file, why))?,
            };
            schemas.insert(rule.clone(), schema);
        }
        Ok(schemas)
    }

    fn read_templates(&self) -> Result<BTreeMap<String, Template>, PackError> {
        let mut templates = BTreeMap::new();
        for (name, entry) in &self.manifest.templates {
            let bytes = file_of(self.name(), &self.files, &entry.file)?;
            let template = Template::parse(bytes, &entry.vars).map_err(|error| self.bad(&entry.file, error.to_string()))?;
            templates.insert(name.clone(), template);
        }
        Ok(templates)
    }

    fn bad(&self, file: &str, why: String) -> PackError {
        PackError::BadDocument { pack: self.name().to_owned(), file: file.to_owned(), why }
    }
}

/// What the manifest says about the rest of the pack.
struct Checker<'a> {
    place: &'a str,
    text: &'a str,
    manifest: &'a Manifest,
    files: &'a Files,
}

impl Checker<'_> {
    fn check(&self) -> Result<(), PackError> {
        self.check_head()?;
        for component in self.manifest.components.values() {
            self.check_component(component)?;
        }
        for (name, rule) in &self.manifest.rules {
            let component = rule.component.as_ref();
            if !self.manifest.components.contains_key(component) {
                let near = nearest(component, self.manifest.components.keys().map(String::as_str));
                let message = format!("rule `{name}` names a component `{component}` that the pack does not have");
                return Err(at(self.place, self.text, rule.component.span(), message, near));
            }
            if rule.kind == RuleKind::Step && rule.actions.is_empty() {
                let message = format!("step `{name}` names no actions");
                return Err(at(self.place, self.text, rule.component.span(), message, None));
            }
        }
        Ok(())
    }

    fn check_head(&self) -> Result<(), PackError> {
        let head = &self.manifest.pack;
        let wrong = |span, message| at(self.place, self.text, span, message, None);
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if head.name.as_ref().is_empty() || !head.name.as_ref().chars().all(allowed) {
            return Err(wrong(head.name.span(), "a pack's name has lower-case letters, digits and `-`".to_owned()));
        }
        Version::parse(head.version.as_ref()).map_err(|error| wrong(head.version.span(), error.to_string()))?;
        let Some(orgkit) = &head.orgkit else { return Ok(()) };
        let needs = VersionReq::parse(orgkit.as_ref()).map_err(|error| wrong(orgkit.span(), error.to_string()))?;
        let have = env!("CARGO_PKG_VERSION");
        if Version::parse(have).is_ok_and(|have| needs.matches(&have)) {
            return Ok(());
        }
        Err(PackError::OrgkitTooOld { pack: head.name.as_ref().clone(), needs: orgkit.as_ref().clone(), have: have.to_owned() })
    }

    fn check_component(&self, component: &ComponentEntry) -> Result<(), PackError> {
        let pack = self.manifest.pack.name.as_ref().as_str();
        let bytes = file_of(pack, self.files, &component.file)?;
        if let Some(record) = &component.record {
            let recorded = recorded_digest(pack, record, file_of(pack, self.files, record)?)?;
            let found = hex::encode(Sha256::digest(bytes));
            if found != recorded {
                return Err(PackError::DamagedComponent { pack: pack.to_owned(), file: component.file.clone(), found, recorded });
            }
        }
        // The first eight bytes: magic, version 13 of the component encoding, layer 1.
        if !bytes.starts_with(b"\0asm\x0d\0\x01\0") {
            return Err(PackError::NotAComponent { pack: pack.to_owned(), file: component.file.clone() });
        }
        Ok(())
    }
}

fn file_of<'a>(pack: &str, files: &'a Files, file: &str) -> Result<&'a [u8], PackError> {
    let missing = || PackError::MissingFile { pack: pack.to_owned(), file: file.to_owned() };
    files.get(file).map(Vec::as_slice).ok_or_else(missing)
}

fn recorded_digest(pack: &str, file: &str, record: &[u8]) -> Result<String, PackError> {
    let bad = |why: &str| PackError::BadDocument { pack: pack.to_owned(), file: file.to_owned(), why: why.to_owned() };
    let text = std::str::from_utf8(record).map_err(|_| bad("it is not UTF-8"))?;
    let table: toml::Table = toml::from_str(text).map_err(|error| bad(error.message()))?;
    let digest = table.get("sha256").and_then(toml::Value::as_str);
    digest.map(str::to_owned).ok_or_else(|| bad("it has no `sha256`"))
}
