//! Where state cannot be kept and output cannot be written: orgkit stops before the next change, and goes on when there is room again.

use orgkit_tests::{Output, Scene, collect, orgkit};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[track_caller]
fn check_error(output: &Output, codes: &[i32]) {
    let code = output.code.unwrap_or(-1);
    assert!(codes.contains(&code), "{output:?}");
    let errors = output.stderr.lines().filter(|line| line.starts_with("error[OK")).count();
    assert_eq!(errors, 1, "not one error:\n{}", output.stderr);
    assert!(output.stderr.contains("  hint: ") && !output.stderr.contains("panicked"), "{}", output.stderr);
}

#[test]
fn a_state_directory_that_cannot_be_made_is_said_to_be_so() {
    let scene = Scene::new();
    let file = scene.write("file", "in the way");
    for state in [file.join("state"), PathBuf::from("/dev/full/state"), PathBuf::from("/proc/orgkit")] {
        let output = collect(orgkit(scene.home()).args(["migrate", "--rehearse", "--state"]).arg(&state));
        check_error(&output, &[1]);
        assert!(output.stderr.contains(&*state.to_string_lossy()), "{}", output.stderr);
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), "in the way");
}

/// A memory file system of a size, gone with this value.
struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Mounts it; `None` where that is not permitted, which is said past the test runner.
    fn mount(test: &str, at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap_or_else(|error| panic!("{error}"));
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { at: at.to_owned() });
        }
        let said =
            std::io::Write::write_all(&mut std::io::stderr(), format!("left out {test}: no file system can be mounted here\n").as_bytes());
        drop(said);
        None
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.at).status();
        assert!(status.is_ok_and(|status| status.success()), "cannot remount with {options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").args(["--lazy"]).arg(&self.at).status());
    }
}

#[test]
fn a_full_disk_stops_the_run_and_room_lets_it_go_on() {
    for size in ["24k", "96k", "200k", "400k"] {
        let scene = Scene::new();
        let Some(disk) = Disk::mount("a_full_disk_stops_the_run_and_room_lets_it_go_on", &scene.state(), size) else { return };
        let world = scene.small_world("Small", "Small");
        let output = scene.rehearse(&[&world]);
        if output.code != Some(0) {
            check_error(&output, &[1, 7]);
        }
        assert!(output.code != Some(0) || size == "400k", "{size} were enough: this tests nothing");
        disk.remount("size=64m");
        scene.rehearse(&[&world]).expect_code(0);
        assert!(scene.journal().is_finished());
    }
}

#[test]
fn a_read_only_disk_is_said_to_be_so() {
    let scene = Scene::new();
    let Some(disk) = Disk::mount("a_read_only_disk_is_said_to_be_so", &scene.state(), "64m") else { return };
    let world = scene.small_world("Small", "Small");
    scene.rehearse(&[&world]).expect_code(0);
    let journal = scene.journal();
    disk.remount("ro");
    check_error(&scene.rehearse(&[&world]), &[1]);
    disk.remount("rw");
    assert!(scene.journal() == journal, "the journal was changed");
    scene.rehearse(&[&world]).expect_code(0);
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let scene = Scene::new();
    let state = scene.state();
    for arguments in [&["sim", "show"][..], &["sim", "new", "--accounts", "500"], &["--help"], &["schema", "world"]] {
        let mut child = orgkit(scene.home()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{arguments:?}");
    }
    let mut child = orgkit(scene.home())
        .args(["migrate", "--rehearse", "--quiet", "--state"])
        .arg(&state)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(scene.journal().is_finished(), "the run ended with its reader");
}

#[test]
fn output_that_cannot_be_written_is_no_success() {
    let scene = Scene::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = orgkit(scene.home()).args(["sim", "show"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
