//! The gate before a flow counts: every subject passes it, and broken ones are named.

use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Result;
use inrush_batch::{Batching, PushError, Setting as Start};
use inrush_lab::fan_in::{
    Answer, AnyBatcher, Cell, DelayPlan, Door, FanIn, FanInSample, FanInSubject, Flow, FlowPlan,
    GrowthPlan, Kind, Placement, Plan, Request, SUBJECTS, Setting, Shown, Sink, Worker, delay,
    flow, growth, samples,
};
use inrush_lab::{Ended, Record, Samples, Stop, Watch, command, repository, samples_text};

/// Long enough for each of a few producers to begin.
const SHORT: Duration = Duration::from_millis(20);

/// So little room that producers wait for it.
fn setting(producers: usize) -> Setting {
    Setting::new(producers, 2048)
}

fn plan(producers: usize) -> FlowPlan {
    FlowPlan::new(setting(producers), Placement::Apart, SHORT)
}

#[test]
fn every_subject_passes_the_gate() {
    for subject in SUBJECTS {
        for producers in [1, 3] {
            let flow = (subject.flow)(&plan(producers));
            let Flow { items, overlap, jain, .. } =
                flow.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
            assert!(items > 0, "`{}` moved nothing", subject.name);
            assert!((0.0..=1.0).contains(&overlap), "`{}`: {overlap}", subject.name);
            assert!(jain > 0.3 && jain <= 1.0, "`{}`: {jain}", subject.name);
        }
    }
}

#[test]
fn every_shared_subject_takes_many_threads() {
    let plan = FlowPlan::new(setting(50), Placement::Spread, SHORT);
    for subject in SUBJECTS.iter().filter(|subject| subject.kind != Kind::Handle) {
        let flow = (subject.flow)(&plan);
        let flow = flow.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert!(flow.items >= 50, "`{}`: {flow:?}", subject.name);
    }
}

#[test]
fn every_subject_that_can_delivers_a_lone_item() {
    let plan = DelayPlan::latency(setting(1), 2);
    for subject in SUBJECTS.iter().filter(|subject| subject.delivers_alone()) {
        let delay = (subject.delay)(&plan);
        let delay = delay.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert_eq!(delay.delays_ns.len(), 2, "`{}`", subject.name);
    }
}

#[test]
fn every_subject_outlives_a_slow_consumer() {
    let plan = GrowthPlan::new(setting(4), SHORT);
    for subject in SUBJECTS.iter().filter(|subject| Cell::Growth.asks(subject)) {
        let growth = (subject.growth)(&plan);
        let growth = growth.unwrap_or_else(|fault| panic!("`{}`: {fault}", subject.name));
        assert!(growth.items > 0, "`{}`: {growth:?}", subject.name);
    }
}

/// A batcher as simple as can be: a worker takes whatever a channel holds.
struct Simple {
    sender: Mutex<Option<SyncSender<u64>>>,
    worker: Mutex<Option<JoinHandle<u64>>>,
}

impl Batching<u64> for Simple {
    fn start(setting: Start, mut deliver: impl FnMut(&mut Vec<u64>) + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(setting.batch_size * setting.batches);
        let worker = thread::spawn(move || {
            let (mut batch, mut n) = (Vec::new(), 0);
            while let Ok(first) = receiver.recv() {
                batch.push(first);
                batch.extend(receiver.try_iter().take(setting.batch_size - 1));
                n += batch.len() as u64;
                deliver(&mut batch);
                batch.clear();
            }
            n
        });
        Self { sender: Mutex::new(Some(sender)), worker: Mutex::new(Some(worker)) }
    }

    fn push(&self, item: u64) -> Result<(), PushError<u64>> {
        let sender = self.sender.lock().expect("no panic").clone();
        let Some(sender) = sender else { return Err(PushError::Closed(item)) };
        sender.send(item).map_err(|unsent| PushError::Closed(unsent.0))
    }

    fn flush(&self) {}

    fn close(&self) -> u64 {
        drop(self.sender.lock().expect("no panic").take());
        let worker = self.worker.lock().expect("no panic").take();
        worker.map_or(0, |worker| worker.join().expect("no panic"))
    }
}

#[test]
fn anything_that_batches_is_a_subject() {
    let flow = flow::<AnyBatcher<Simple>>(&plan(3)).expect("it is whole");
    assert!(flow.items > 0, "{flow:?}");
    let delay = delay::<AnyBatcher<Simple>>(&DelayPlan::wake(setting(1), 2)).expect("it is whole");
    assert_eq!(delay.delays_ns.len(), 2);
    let growth =
        growth::<AnyBatcher<Simple>>(&GrowthPlan::new(setting(4), SHORT)).expect("it is whole");
    assert!(growth.items > 0, "{growth:?}");
}

/// A subject of which every other item waits for ever is no excuse for a hang of the test: it
/// shows that a burst is handed on as it was asked for.
#[test]
fn bursts_are_what_is_pushed() {
    struct Noted(Arc<Mutex<Vec<Range<u64>>>>);
    impl Door for Noted {
        fn push(&mut self, item: u64) {
            self.burst(item..item + 1);
        }
        fn burst(&mut self, items: Range<u64>) {
            self.0.lock().expect("no panic").push(items);
        }
    }
    struct Notes;
    impl FanInSubject for Notes {
        type Door = Noted;
        fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Noted>, Worker) {
            let all: Vec<Arc<Mutex<Vec<Range<u64>>>>> =
                (0..setting.producers).map(|_| Arc::default()).collect();
            let doors = all.iter().map(|notes| Noted(Arc::clone(notes))).collect();
            let deliver = move || {
                for notes in all {
                    for items in notes.lock().expect("no panic").drain(..) {
                        sink.many(&items.collect::<Vec<_>>());
                    }
                }
            };
            (doors, Worker::closing(deliver))
        }
    }
    let plan = FlowPlan::new(setting(2), Placement::Apart, Duration::from_micros(100));
    flow::<Notes>(&plan).expect("all bursts are delivered");
}

/// An answer of a flow of a million items a microsecond times `rate`.
fn answer(rate: u64, overlap: f64, other_fraction: f64) -> Answer {
    serde_json::from_str(&format!(
        r#"{{"other_fraction":{other_fraction},"shown":"flow","items":{},"wall_s":1.0,
            "user_s":0.5,"system_s":0.5,"voluntary_switches":3,"involuntary_switches":4,
            "overlap":{overlap},"jain":1.0,"allocations":0,"is_pinned":true}}"#,
        rate * 1_000_000
    ))
    .expect("it is an answer")
}

/// The samples of some subjects at `apart-4`, where `process` answers.
fn take(
    names: &[&str],
    process: impl Fn(&Request) -> Result<Ended<Answer>>,
) -> Result<Vec<FanInSample>> {
    let mut plan = Plan::new(vec!["apart-4".parse().expect("it is a cell")]);
    plan.subjects.retain(|subject| names.contains(&subject.name));
    plan.repetitions = Some(5);
    samples(&plan, &Stop::default(), |request, _| process(request), |_| {})
}

#[test]
fn subjects_take_turns_and_none_is_always_first() {
    let samples = take(&["flume", "kanal", "lanes"], |_| Ok(Ended::Answered(answer(5, 1.0, 0.0))));
    let samples = samples.expect("all are whole");
    assert_eq!(samples.len(), 15);
    for repetition in samples.chunks(3) {
        assert!(repetition.iter().all(|sample| sample.repetition == repetition[0].repetition));
        let mut names: Vec<&str> = repetition.iter().map(|sample| &*sample.subject).collect();
        names.sort_unstable();
        assert_eq!(names, ["flume", "kanal", "lanes"]);
    }
    let mut firsts: Vec<&str> = samples.chunks(3).map(|three| &*three[0].subject).collect();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), 3);
}

#[test]
fn disturbed_sample_is_kept_and_taken_again() {
    let n_asked = std::cell::Cell::new(0);
    let samples = take(&["lanes"], |_| {
        n_asked.set(n_asked.get() + 1);
        let (overlap, other) = match n_asked.get() {
            1 => (0.5, 0.0),
            2 | 3 => (1.0, 0.5),
            _ => (1.0, 0.0),
        };
        Ok(Ended::Answered(answer(5, overlap, other)))
    })
    .expect("all are whole");
    let why: Vec<_> = samples.iter().filter_map(|sample| sample.rejected.as_deref()).collect();
    // The first says something of the subject, and is not taken again.
    let expected = [
        "the producers were at work together for 50% of the time only",
        "other programs took 50% of the processor time",
        "other programs took 50% of the processor time",
    ];
    assert_eq!((samples.len(), why), (7, expected.to_vec()));
    let counted = samples.iter().filter(|sample| sample.counted().is_some());
    assert!(counted.map(|sample| sample.repetition).eq(1..5));
    let read = Samples::<FanInSample>::parse(&samples_text(&samples));
    assert_eq!((read.samples, read.damaged.len()), (samples, 0));
}

#[test]
fn cell_that_cannot_run_is_skipped_with_its_reason() {
    let n_asked = std::cell::Cell::new(0);
    let samples = take(&["lanes", "flume", "kanal"], |request| {
        n_asked.set(n_asked.get() + 1);
        Ok(match &*request.subject {
            "flume" => Ended::Late,
            "kanal" => Ended::Died("signal 6: no memory".to_owned()),
            _ => Ended::Answered(answer(5, 1.0, 0.0)),
        })
    })
    .expect("nothing is wrong");
    assert_eq!((n_asked.get(), samples.len()), (7, 7));
    let why = |name: &str| {
        samples.iter().find_map(|sample| match &sample.answer.shown {
            Shown::Skipped { why } if sample.subject == name => Some(why.clone()),
            _ => None,
        })
    };
    assert!(why("flume").expect("it is skipped").starts_with("it did not end within "));
    assert_eq!(why("kanal").expect("it is skipped"), "the process died: signal 6: no memory");
}

#[test]
fn wrong_subject_ends_the_bench() {
    let samples = take(&["lanes"], |_| anyhow::bail!("wrong: 2 items came out of order"));
    let said = format!("{:#}", samples.expect_err("it is wrong"));
    assert_eq!(said, "`lanes` at apart-4: wrong: 2 items came out of order");
}

fn run(arguments: &[&str]) -> (u8, String, String) {
    let arguments: Vec<OsString> = ["fan_in"].iter().chain(arguments).map(OsString::from).collect();
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let code = command::<FanIn>(&arguments, &mut out, &mut notes);
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    (code, text(out), text(notes))
}

#[test]
fn record_gives_tables_ratios_and_the_report() {
    let names = ["flume", "locked-vec", "rtrb-lanes", "lanes", "lanes-64"];
    let samples = take(&names, |request| {
        Ok(match &*request.subject {
            "locked-vec" => Ended::Answered(answer(50, 1.0, 0.0)),
            "rtrb-lanes" => Ended::Answered(answer(200, 1.0, 0.0)),
            "lanes" => Ended::Answered(answer(300, 1.0, 0.0)),
            "flume" => Ended::Answered(answer(3, 0.25, 0.0)),
            _ => Ended::Late,
        })
    })
    .expect("nothing is wrong");
    let folder = tempfile::tempdir().expect("a folder");
    let machine = Watch::begin(folder.path(), &repository()).end();
    Record::at(folder.path().to_owned()).write(&samples, &machine).expect("it is written");
    let readme = folder.path().join("README.md");
    let markers = "<!-- BEGIN fan_in: cargo bench -p inrush-lab --bench fan_in -->\n\
                   <!-- END fan_in -->\n";
    fs::write(&readme, markers).expect("it is written");
    let folder_name = folder.path().to_str().expect("the folder's name is text");
    let readme_name = readme.to_str().expect("the folder's name is text");

    let (code, out, notes) = run(&["--from", folder_name, "--splice", readme_name]);
    assert_eq!((code, notes.as_str()), (0, ""));
    assert!(out.contains("300 [300, 300], 3.33 ns") && out.contains("skipped"), "{out}");
    assert!(out.contains("1.500 [1.500, 1.500]") && out.contains("6.000 [6.000, 6.000]"), "{out}");
    let report = fs::read_to_string(folder.path().join("report.md")).expect("it is written");
    let said = "At 4 producers: `lanes` moves 1.50 times `rtrb-lanes`, 6.00 times `locked-vec`.";
    assert!(report.contains(said), "{report}");
    let said = "rejected: `flume` at apart-4: the producers were at work together for 25%";
    assert!(out.contains("rejected") && report.contains(said), "{report}");
    assert!(report.contains("skipped: `lanes-64` at apart-4: it did not end within"), "{report}");
    assert!(fs::read_to_string(&readme).expect("it is there").contains("| `rtrb-lanes` "));
    let (code, out, notes) = run(&["--from", folder_name, "--check", readme_name]);
    assert_eq!((code, out.as_str(), notes.as_str()), (0, "", ""));
}

#[test]
fn child_answers_with_one_line() {
    let ask = |subject: &str| {
        let request = format!(r#"{{"cell":"apart-2","subject":"{subject}","duration_ms":10}}"#);
        run(&["--child", &request])
    };
    let (code, out, notes) = ask("std-sync");
    assert_eq!((code, notes.as_str()), (0, ""));
    assert!(out.ends_with("}\n") && out.lines().count() == 1, "{out}");
    let answer: Answer = serde_json::from_str(&out).expect("it is an answer");
    assert!(matches!(answer.shown, Shown::Flow(flow) if flow.items > 0), "{out}");
    let (code, _, notes) = ask("nobody");
    assert!(code == 1 && notes.contains("no subject `nobody`"), "{notes}");
}

#[test]
fn cells_are_told_apart() {
    let cell: Cell = "spread-100".parse().expect("it is a cell");
    assert_eq!(cell, Cell::Flow { placement: Placement::Spread, producers: 100 });
}
