//! Claims as they are written, and the verdict on each kind.

use inrush_lab::{
    Answer, Cell, Claim, ClaimVerdict, Disturbance, Findings, Machine, Model, Outcome, Sample,
    Shown, Watch, repository, threads::Threads,
};

/// A claim about two threads on a mutex, with these bounds on what they do for each operation of one.
fn claim(bounds: &str) -> Claim {
    let text = format!(
        r#"[[claim]]
id = "C99"
source = "somebody"
said = "Two do half of what one does."
why = "A line moves."
question = "locks"

[[claim.test]]
model = "threads"
subject = "std-mutex"
at = {{ threads = 2 }}
over = {{ subject = "std-mutex", at = {{ threads = 1 }} }}
measure = "ops_per_s"
{bounds}
"#
    );
    Claim::parse_all("claims.toml", &text).expect("it is a claim").remove(0)
}

/// Samples in which two threads do 0.48 to 0.52 of what one does.
fn samples() -> Vec<Sample> {
    let parameters = Threads.about().parameters.iter();
    let default = parameters.fold(Cell::default(), |cell, parameter| {
        cell.with(parameter.name, parameter.domain.default())
    });
    let mut samples = Vec::new();
    for repetition in 0..5 {
        for (threads, rate) in [(1, 1e6), (2, 0.48e6 + 0.01e6 * f64::from(repetition))] {
            let mut shown = Shown::default();
            shown.set("ops_per_s", rate);
            let cell = default.clone().with("threads", threads);
            let outcome = Outcome::Measured(Answer::new(Disturbance::default(), shown));
            let of = ("threads", &cell, "std-mutex");
            samples.push(Sample::new(of, repetition, samples.len() as u32, outcome));
        }
    }
    samples
}

fn machine() -> Machine {
    Watch::begin(&std::env::temp_dir(), &repository()).end()
}

#[test]
fn machine_that_cannot_tell_decides_nothing() {
    let samples = samples();
    let findings = Findings::new(&samples);
    let judged = |bounds: &str| {
        let mut machine = machine();
        (machine.cores, machine.os, machine.arch) = (2, "linux".into(), "x86_64".into());
        claim(bounds).judge(&machine, |_| Some(&findings))
    };
    for (needs, why) in [
        ("{ cores = 8 }", "needs 8 processors, and there are 2"),
        ("{ os = \"macos\" }", "needs macos, and this is linux"),
        ("{ cores = 2, arch = \"aarch64\" }", "needs aarch64, and this is x86_64"),
    ] {
        // What it would hold of, and what not.
        for bound in ["at_most = 0.6", "at_least = 0.6"] {
            let (verdict, found) = judged(&format!("{bound}\nneeds = {needs}"));
            assert_eq!(
                (verdict, found[0].absence.as_deref()),
                (ClaimVerdict::CannotTell, Some(why))
            );
            assert!(found[0].estimate.is_some(), "it is shown all the same");
        }
    }
    let (verdict, _) = judged("at_most = 0.6\nneeds = { cores = 2, os = \"linux\" }");
    assert_eq!(verdict, ClaimVerdict::Holds);
    // Beside a test that can be told, one that cannot does not count.
    let both = "at_most = 0.6\n[[claim.test]]\nneeds = { os = \"macos\" }\nmodel = \"threads\"\n\
                subject = \"std-mutex\"\nat = { threads = 2 }\nmeasure = \"ops_per_s\"\nat_most = 1";
    let (verdict, found) = judged(both);
    assert_eq!((verdict, found[1].verdict), (ClaimVerdict::Holds, ClaimVerdict::CannotTell));
}

#[test]
fn verdict_is_where_the_interval_lies() {
    let samples = samples();
    let findings = Findings::new(&samples);
    for (bounds, expected) in [
        ("at_most = 0.6", ClaimVerdict::Holds),
        ("at_least = 0.4\nat_most = 0.6", ClaimVerdict::Holds),
        ("at_least = 0.6", ClaimVerdict::DoesNotHold),
        ("at_most = 0.4", ClaimVerdict::DoesNotHold),
        ("at_most = 0.5", ClaimVerdict::Undecided),
        ("at_least = 0.5\nat_most = 0.6", ClaimVerdict::Undecided),
    ] {
        let (verdict, found) =
            claim(bounds).judge(&machine(), |name| (name == "locks").then_some(&findings));
        assert_eq!(verdict, expected, "{bounds}: {found:?}");
        assert_eq!(found[0].estimate.expect("there are samples").value, 0.5);
    }
    let (verdict, found) = claim("at_most = 0.6").judge(&machine(), |_| None);
    assert_eq!(verdict, ClaimVerdict::NotMeasured);
    assert_eq!(found[0].absence.as_deref(), Some("no samples of it in this record"));
    let what =
        "ops_per_s of `std-mutex` at threads 2 over that of `std-mutex` at threads 1: at most 0.6";
    assert_eq!(found[0].what, what);
}

#[test]
fn two_samples_decide_nothing() {
    let mut samples = samples();
    samples.retain(|sample| sample.repetition < 2);
    let findings = Findings::new(&samples);
    for bounds in ["at_most = 0.6", "at_least = 0.6"] {
        let (verdict, found) = claim(bounds).judge(&machine(), |_| Some(&findings));
        assert_eq!(verdict, ClaimVerdict::Undecided, "{bounds}: {found:?}");
        assert!(found[0].estimate.is_some());
    }
}

#[test]
fn complaint_names_file_line_and_key() {
    let whole = "[[claim]]\nid = \"C1\"\nsource = \"s\"\nsaid = \"x\"\nwhy = \"y\"\nquestion = \"locks\"\n\
                 [[claim.test]]\nmodel = \"threads\"\nsubject = \"std-mutex\"\nat = { threads = 2 }\n\
                 measure = \"ops_per_s\"\nat_most = 1\n";
    assert!(Claim::parse_all("c.toml", whole).is_ok());
    for (from, to, said) in [
        ("said = \"x\"", "sad = \"x\"", "c.toml:4: `sad`: no such key; did you mean `said`?"),
        ("said = \"x\"\n", "", "c.toml:1: `said`: is missing"),
        ("question = \"locks\"\n", "", "`question`: is missing; a claim or its test says whose"),
        ("\"threads\"", "\"tread\"", "`model`: no model `tread`; did you mean `threads`?"),
        ("\"std-mutex\"", "\"std\"", "`subject`: `threads` has no subject `std`; did you mean"),
        ("{ threads = 2 }", "{ treads = 2 }", "`treads`: no such key; did you mean `threads`?"),
        ("{ threads = 2 }", "2", "`at`: is a table of parameters, such as { threads = 4 }"),
        ("\"ops_per_s\"", "\"ops\"", "`measure`: no measure `ops`; did you mean `ops_per_s`?"),
        ("at_most = 1\n", "", "`at_least`: is missing; a test has a bound, or two"),
        ("at_most = 1", "at_most = \"1\"", "`at_most`: is a number"),
        ("at_most = 1", "at_most = 1\nneeds = 8", "`needs`: is a table, such as { cores = 8 }"),
        ("at_most = 1", "at_most = 1\nneeds = { core = 8 }", "`core`: no such key; did you mean"),
        ("why = \"y\"", "why = \"y\"\nstatus = \"not yet\"", "`status`: a claim has tests as"),
    ] {
        assert!(whole.contains(from), "{from}");
        let text = whole.replacen(from, to, 1);
        let error = Claim::parse_all("c.toml", &text).expect_err("it means nothing").to_string();
        assert!(error.starts_with("c.toml:") && error.contains(said), "{error} is not {said}");
    }
    let twice = format!("{whole}{whole}");
    let error = Claim::parse_all("c.toml", &twice).expect_err("it is there twice");
    assert_eq!(error.to_string(), "c.toml:13: `id`: `C1` is there twice");
}

#[test]
fn every_claim_is_there_and_its_question_asks_for_what_it_tests() {
    let path = repository().join("benches/claims.toml");
    let text = std::fs::read_to_string(path).expect("the claims");
    let claims = Claim::parse_all("benches/claims.toml", &text).expect("they are claims");
    let ids: Vec<String> = claims.iter().map(|claim| claim.id.clone()).collect();
    let expected: Vec<String> = (1..=28).map(|n| format!("C{n:02}")).collect();
    assert_eq!(ids, expected);
    let questions =
        inrush_lab::lab::questions(&repository().join("benches/questions")).expect("they are");
    for claim in &claims {
        let missing = claim.not_asked(&questions);
        assert_eq!(missing, Vec::<String>::new(), "{}", claim.id);
    }
}
