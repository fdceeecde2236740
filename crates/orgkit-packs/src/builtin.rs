//! The pack that comes with orgkit.

use crate::files::Files;
use crate::{Pack, PackError};
use include_dir::{Dir, include_dir};

static FOUNDATION: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policy-packs/foundation");

/// The pack of that name as this orgkit was built with it.
pub(crate) fn built_in(name: &str) -> Result<Pack, PackError> {
    if name != "foundation" {
        return Err(PackError::NotBuiltIn { name: name.to_owned() });
    }
    let mut files = Files::new();
    collect(&FOUNDATION, &mut files);
    Pack::from_files("foundation (built in)", files)
}

fn collect(folder: &Dir<'_>, files: &mut Files) {
    for file in folder.files() {
        files.insert(file.path().to_string_lossy().replace('\\', "/"), file.contents().to_vec());
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}
