//! The models of bytes: every subject is measured, and broken ones are named.

use std::path::Path;
use std::time::Duration;

use inrush_lab::{Cell, Fault, Model, Request, Role, Shown, Value, models};

const SHORT: Duration = Duration::from_millis(20);

fn model(name: &str) -> &'static dyn Model {
    models::find(name).expect("there is this model")
}

/// What a model sets by itself, but for these numbers and words.
fn cell(model: &dyn Model, changes: &[(&str, Value)]) -> Cell {
    let mut cell = Cell::default();
    for parameter in model.about().parameters {
        cell = cell.with(parameter.name, parameter.domain.default());
    }
    changes.iter().fold(cell, |cell, (name, value)| cell.with(name, value.clone()))
}

fn measure(
    name: &str,
    changes: &[(&str, Value)],
    subject: &str,
    folder: Option<&Path>,
) -> Result<Shown, Fault> {
    let cell = cell(model(name), changes);
    let folder = folder.map(Path::to_owned);
    models::measure(&Request::new(name, cell, subject, SHORT, folder))
}

fn measure_all(name: &str, changes: &[(&str, Value)]) {
    let model = model(name);
    let cell = cell(model, changes);
    for subject in model.subjects() {
        if subject.role == Role::Broken || model.refusal(&cell, subject.name).is_some() {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        match measure(name, changes, subject.name, model.writes().then(|| folder.path())) {
            Ok(shown) => {
                let rate = shown.measures.get("bytes_per_s");
                assert!(rate.is_some_and(|rate| *rate > 0.0), "`{}`: {shown:?}", subject.name);
                let known = |name: &String| model.about().measures.iter().any(|m| m.name == *name);
                assert!(shown.measures.keys().all(known), "`{}`: {shown:?}", subject.name);
            }
            // A processor may lack what a variant asks for.
            Err(Fault::Skipped(_)) => {}
            Err(fault) => panic!("`{}` of `{name}`: {fault}", subject.name),
        }
    }
}

#[test]
fn every_subject_of_fill_is_measured() {
    for chunk_bytes in [4_093, 70_000] {
        measure_all("fill", &[("chunk_bytes", chunk_bytes.into())]);
    }
    measure_all("fill", &[("processors", "all".into())]);
}

#[test]
fn objects_are_made_by_threads_and_in_pieces() {
    let size = ("object_bytes", Value::Number(300_000));
    for chunk_bytes in [0, 4_096, 65_536] {
        measure_all("objects", &[size.clone(), ("chunk_bytes", chunk_bytes.into())]);
    }
    measure_all("objects", &[size, ("threads", 3.into())]);
}

#[test]
fn processes_are_measured_where_the_program_is_the_laboratory() {
    // The program of a test is none, so here they end at once, which must not look like a result.
    let size = ("object_bytes", Value::Number(300_000));
    let said = measure("objects", &[size, ("processes", 2.into())], "bytes", None);
    assert!(matches!(&said, Err(Fault::Skipped(why)) if why.contains("a process")), "{said:?}");
}

#[test]
fn streams_are_all_open_and_jobs_are_whole() {
    let size = ("object_bytes", Value::Number(300_000));
    measure_all("open-streams", &[size.clone(), ("streams", 20.into())]);
    for target in ["null", "folder"] {
        measure_all("byte-jobs", &[size.clone(), ("target", target.into())]);
        measure_all("byte-jobs", &[size.clone(), ("jobs", 3.into()), ("target", target.into())]);
    }
}

#[test]
fn all_ways_to_make_an_object_agree() {
    let size = ("object_bytes", Value::Number(70_000));
    for seed in [0, 41] {
        let shown = measure("streams-agree", &[size.clone(), ("seed", seed.into())], "bytes", None);
        let shown = shown.expect("they agree");
        assert_eq!(shown.measures["equal"], 1.0);
        assert_eq!(shown.measures["shared_blocks"], 0.0);
        assert!(shown.measures["compared_bytes"] > 1e6, "{shown:?}");
    }
}

#[test]
fn broken_subjects_are_named() {
    let wrong = |name: &str, subject: &str| match measure(name, &[], subject, None) {
        Err(Fault::Wrong(why)) => why,
        other => panic!("`{subject}` of `{name}` gave {other:?}"),
    };
    assert_eq!(wrong("fill", "forgetful"), "a byte was forgotten");
    assert!(wrong("streams-agree", "chunk-bound").starts_with("pieces of 1 B from 0 on are not"));
    assert!(
        wrong("streams-agree", "seedless").ends_with(" blocks are those of the next seed as well")
    );
}

#[test]
fn refusals_say_why() {
    let refusal = |name: &str, changes: &[(&str, Value)], subject: &str| {
        let model = model(name);
        let refusal = model.refusal(&cell(model, changes), subject);
        let measured = measure(name, changes, subject, None);
        assert_eq!(measured.err(), refusal.clone().map(Fault::Skipped), "`{subject}`");
        refusal.expect("it is refused")
    };
    let number = |name, value: u64| (name, Value::Number(value));
    let all = || ("processors", Value::from("all"));
    let why = "a buffer on each processor has 64 MiB at most";
    assert_eq!(refusal("fill", &[number("chunk_bytes", 1 << 30), all()], "memset"), why);
    assert!(refusal("fill", &[all()], "bytes-avx2").contains("does not depend on the number"));
    let streams = [number("streams", 100_000), number("chunk_bytes", 1 << 20)];
    assert!(refusal("open-streams", &streams, "bytes").contains("GiB"));
    assert!(refusal("byte-jobs", &[], "dd").contains("go nowhere"));
    let folder = [("target", Value::from("folder")), number("jobs", 2)];
    assert_eq!(refusal("byte-jobs", &folder, "dd"), "it writes one file after the other");
    let nobody = measure("fill", &[], "nobody", None);
    assert!(matches!(nobody, Err(Fault::Skipped(why)) if why.contains("no subject `nobody`")));
}
