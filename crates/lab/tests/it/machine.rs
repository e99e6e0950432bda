//! The record of a machine: old ones are read, and a new one says what was built.

use std::fs;
use std::path::PathBuf;

use inrush_lab::{Machine, Watch, repository};

/// The `machine.toml` of every record in the repository.
fn committed() -> Vec<PathBuf> {
    let entries = |folder: PathBuf| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.filter_map(|entry| Some(entry.ok()?.path()))
    };
    let questions = entries(repository().join("results")).flat_map(entries);
    questions.map(|folder| folder.join("machine.toml")).filter(|path| path.is_file()).collect()
}

fn machine() -> Machine {
    let folder = tempfile::tempdir().expect("a folder");
    Watch::begin(folder.path(), &repository()).end()
}

#[test]
fn every_committed_record_is_read() {
    let paths = committed();
    assert!(!paths.is_empty(), "no record in `results`");
    for path in paths {
        let text = fs::read_to_string(&path).expect("it is a text");
        let machine = Machine::parse(&text);
        let machine = machine.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(machine.cores > 0 && !machine.cpu_model.is_empty(), "{}", path.display());
        let again = Machine::parse(&machine.text().expect("it fits TOML")).expect("it is TOML");
        assert_eq!(again, machine, "{}", path.display());
    }
}

#[test]
fn peers_have_the_versions_of_the_lock_file() {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("a lock file");
    let machine = machine();
    for (name, version) in &machine.dependencies {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{name} {version}");
    }
    for peer in ["crossbeam-channel", "flume", "kanal", "parking_lot"] {
        assert!(machine.dependencies.contains_key(peer), "{peer}: {:?}", machine.dependencies);
    }
    assert!(machine.dependencies.keys().all(|name| !name.starts_with("inrush")));
}

#[test]
fn record_keeps_nothing_else_of_the_kernels_command_line() {
    let text = machine().text().expect("it fits TOML");
    let command_line = fs::read_to_string("/proc/cmdline").unwrap_or_default();
    for word in command_line.split_whitespace().filter(|word| word.contains('=')) {
        assert!(!text.contains(word), "{word}\n{text}");
    }
}

#[test]
fn text_has_its_tables_after_its_values() {
    let text = machine().text().expect("it fits TOML");
    let first_table = text.find("\n[").expect("a table");
    assert!(text.find("rustc =").expect("a compiler") < first_table, "{text}");
}
