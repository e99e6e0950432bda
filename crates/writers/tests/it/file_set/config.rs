//! A set as data is the set as code, and what is none says why.

use std::path::PathBuf;
use std::time::Duration;

use inrush_writers::{
    Durability, FileSet, FileSetConfig, Mode, RetryConfig, RetryPolicy, SetError,
};

use super::given::{Folder, assert_all, names};

const TOML: &str = r#"
files = ["a", "b/c"]
mode = "atomic"
workers = 3
max_open = 7
timeout = "1m 30s"
fsync = "dir"
retry = { attempts = 5, base = "50ms", cap = "2s" }
"#;

const JSON: &str = r#"{
    "files": ["a", "b/c"], "mode": "atomic", "workers": 3, "max_open": 7, "timeout": "90s",
    "fsync": "dir", "retry": {"attempts": 5, "base": "50ms", "cap": "2000ms"}
}"#;

fn config() -> FileSetConfig {
    FileSetConfig {
        files: vec![PathBuf::from("a"), PathBuf::from("b/c")],
        mode: Mode::Atomic,
        workers: Some(3),
        max_open: Some(7),
        retry: RetryConfig {
            attempts: 5,
            base: Duration::from_millis(50),
            cap: Duration::from_secs(2),
        },
        timeout: Some(Duration::from_secs(90)),
        fsync: Durability::Directory,
    }
}

/// All that a set is; the token and the script of failures are not data.
fn all_of(set: &FileSet) -> String {
    format!("{set:?}")
}

#[test]
fn a_set_is_the_same_from_code_and_structure_and_json_and_toml() {
    let code = FileSet::new(["a", "b/c"])
        .mode(Mode::Atomic)
        .workers(3)
        .max_open(7)
        .timeout(Duration::from_secs(90))
        .fsync(Durability::Directory)
        .retry(
            RetryPolicy::attempts(5).base(Duration::from_millis(50)).cap(Duration::from_secs(2)),
        );
    for set in
        [config().into(), FileSet::from_toml(TOML).unwrap(), FileSet::from_json(JSON).unwrap()]
    {
        assert_eq!(all_of(&set), all_of(&code));
    }
}

#[test]
fn what_is_left_out_has_its_default() {
    let code = all_of(&FileSet::append(["a"]));
    assert_eq!(all_of(&FileSet::from_toml("files = ['a']").unwrap()), code);
    assert_eq!(all_of(&FileSet::from_json(r#"{"files": ["a"]}"#).unwrap()), code);
    let files = vec![PathBuf::from("a")];
    assert_eq!(all_of(&FileSetConfig { files, ..FileSetConfig::default() }.into()), code);
    let set = FileSet::from_toml("files = ['a']\nretry.attempts = 9").unwrap();
    let retry = RetryPolicy::attempts(9);
    assert_eq!(all_of(&set), all_of(&FileSet::append(["a"]).retry(retry)));
}

#[test]
fn a_configuration_survives_being_written_and_read() {
    for config in [config(), FileSetConfig::default()] {
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<FileSetConfig>(&json).unwrap(), config);
        let toml = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<FileSetConfig>(&toml).unwrap(), config);
    }
}

#[test]
fn a_set_from_a_configuration_writes() {
    let folder = Folder::new();
    let paths = folder.paths(3);
    let config = FileSetConfig { files: paths.clone(), mode: Mode::Atomic, ..config() };
    FileSet::from(config).write_all(b"bytes").unwrap();
    assert_all(&paths, "bytes");
    assert_eq!(names(folder.at()).len(), 3);
}

#[track_caller]
fn assert_refused(set: Result<FileSet, SetError>, parts: &[&str]) {
    let error = set.unwrap_err();
    assert!(matches!(error, SetError::Config(_)) && error.report().is_none());
    let message = error.to_string();
    assert!(parts.iter().all(|part| message.contains(part)), "{parts:?} not in: {message}");
    assert_eq!(message.trim(), message);
}

#[test]
fn what_is_wrong_in_toml_is_named_with_its_line() {
    for (line, said) in [
        ("wrokers = 3", "unknown field `wrokers`"),
        ("retry = { attemps = 3 }", "unknown field `attemps`"),
        ("workers = 'many'", "invalid type: string \"many\""),
        ("workers = -1", "invalid value: integer `-1`"),
        ("mode = 'overwrite'", "unknown variant `overwrite`"),
        ("fsync = 'folder'", "unknown variant `folder`"),
        ("timeout = 'soon'", "timeout = 'soon'"),
        ("timeout = 5", "timeout = 5"),
        ("retry.base = '5 parsecs'", "5 parsecs"),
        ("retry.attempts = 5000000000", "5000000000"),
        ("workers 3", "workers 3"),
    ] {
        let text = format!("files = ['a']\n\n{line}\n");
        assert_refused(FileSet::from_toml(&text), &["line 3", said]);
    }
    assert_refused(FileSet::from_toml("workers = 3"), &["missing field `files`"]);
    assert_refused(FileSet::from_toml("files = 'a'"), &["line 1", "files = 'a'"]);
}

#[test]
fn what_is_wrong_in_json_is_named_with_its_line() {
    for (line, said) in [
        (r#""wrokers": 3"#, "unknown field `wrokers`"),
        (r#""retry": {"attemps": 3}"#, "unknown field `attemps`"),
        (r#""workers": "many""#, "invalid type: string \"many\""),
        (r#""workers": -1"#, "invalid value: integer `-1`"),
        (r#""mode": "overwrite""#, "unknown variant `overwrite`"),
        (r#""fsync": "folder""#, "unknown variant `folder`"),
        (r#""timeout": "soon""#, "soon"),
        (r#""timeout": 5"#, "invalid type: integer `5`"),
        (r#""retry": {"base": "5 parsecs"}"#, "5 parsecs"),
        (r#""workers" 3"#, "expected `:`"),
    ] {
        let text = format!("{{\"files\": [\"a\"],\n\n{line}}}");
        assert_refused(FileSet::from_json(&text), &["line 3", said]);
    }
    assert_refused(FileSet::from_json("{}"), &["missing field `files`"]);
    assert_refused(FileSet::from_json(r#"{"files": ["a"]} more"#), &["trailing characters"]);
}

#[test]
fn numbers_with_which_nothing_can_be_written_are_refused_before_anything_is() {
    let folder = Folder::new();
    let paths = folder.paths(2);
    let config = FileSetConfig { files: paths.clone(), ..FileSetConfig::default() };
    let workers = FileSetConfig { workers: Some(0), ..config.clone() };
    let max_open = FileSetConfig { max_open: Some(0), ..config };
    for (set, said) in [
        (FileSet::append(&paths).workers(0), "workers must be at least 1"),
        (FileSet::append(&paths).max_open(0), "max_open must be at least 1"),
        (workers.into(), "workers must be at least 1"),
        (max_open.into(), "max_open must be at least 1"),
    ] {
        for result in [
            set.write_all(b"bytes"),
            set.write_each(|_, _| panic!("nothing is begun")),
            set.write_batches((0..1).map(|_| -> [&str; 1] { panic!("nothing is begun") })),
        ] {
            assert_eq!(result.unwrap_err().to_string(), said);
        }
    }
    assert!(folder.names().is_empty());
}

#[test]
fn no_attempts_are_one() {
    let folder = Folder::new();
    let set = FileSet::append(folder.paths(1)).retry(RetryPolicy::attempts(0));
    assert_eq!(set.write_all(b"bytes").unwrap().attempts(), 1);
}
