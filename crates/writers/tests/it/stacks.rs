//! What is stacked on a sink: trying again, failing on demand, going slowly.

use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use inrush_writers::{
    Action, CancelToken, Fault, Faults, Faulty, Memory, MemoryStore, Rate, Retry, RetryPolicy,
    Sink, Throttle, WriteError, Written,
};
use nix::errno::Errno;
use proptest::prelude::*;

/// Longer than any test is let run: whoever waits this long, waits for good.
const HOUR: Duration = Duration::from_secs(3600);

fn at_once(attempts: u32) -> RetryPolicy {
    RetryPolicy::attempts(attempts).base(Duration::ZERO)
}

/// A script that fails the writes of these numbers.
fn writes(faults: impl IntoIterator<Item = (u64, Fault)>) -> Faults {
    let faults: std::collections::BTreeMap<_, _> = faults.into_iter().collect();
    Faults::new(
        move |step| {
            if step.action == Action::Write { faults.get(&step.nth).copied() } else { None }
        },
    )
}

fn faulty(store: &MemoryStore, faults: Faults) -> Box<Faulty<Memory>> {
    Box::new(Faulty::new(Box::new(store.sink("file")), 0, faults))
}

fn retried(store: &MemoryStore, policy: RetryPolicy, faults: Faults) -> Box<Retry<Faulty<Memory>>> {
    Box::new(Retry::new(faulty(store, faults), policy, CancelToken::default()))
}

fn errno(errno: Errno) -> Fault {
    Fault::Errno(errno as i32)
}

#[track_caller]
fn assert_errno(error: &WriteError, errno: Errno) {
    assert_eq!(error.source.raw_os_error(), Some(errno as i32), "{error}");
}

#[test]
fn what_was_taken_before_a_failure_is_not_offered_twice() {
    let store = MemoryStore::default();
    let faults = writes([
        (0, Fault::Short(3)),
        (1, errno(Errno::EAGAIN)),
        (2, Fault::Short(0)),
        (3, Fault::Short(1)),
    ]);
    let mut sink = retried(&store, at_once(5), faults);
    sink.write(b"0123456789").unwrap();
    sink.write(b"abc").unwrap();
    assert_eq!(sink.finish().unwrap(), Written::new(13));
    assert_eq!(store.get("file").as_deref(), Some(&b"0123456789abc"[..]));
}

#[test]
fn the_last_of_the_attempts_fails_with_all_that_was_taken() {
    let store = MemoryStore::default();
    let faults = writes([(0, Fault::Short(3)), (1, Fault::Short(2)), (2, errno(Errno::ETIMEDOUT))]);
    let mut sink = retried(&store, at_once(3), faults);
    let error = sink.write(b"0123456789").unwrap_err();
    assert_eq!((error.accepted, error.action), (5, Action::Write));
    assert_errno(&error, Errno::ETIMEDOUT);
    // It was transient: the sink stands behind what it took.
    sink.write(b"56789").unwrap();
    sink.finish().unwrap();
    assert_eq!(store.get("file").as_deref(), Some(&b"0123456789"[..]));
}

#[test]
fn a_final_failure_is_not_tried_again() {
    for fault in [Errno::ENOSPC, Errno::EIO, Errno::EACCES, Errno::EDQUOT, Errno::EPIPE] {
        let store = MemoryStore::default();
        let (tried, n_tried) = mpsc::channel();
        let faults = Faults::new(move |step| {
            tried.send(step).unwrap();
            (step.nth == 1).then_some(errno(fault))
        });
        let mut sink = retried(&store, at_once(9), faults);
        sink.write(b"first").unwrap();
        let error = sink.write(b"second").unwrap_err();
        assert_errno(&error, fault);
        assert!(!error.is_transient());
        assert_eq!(n_tried.try_iter().count(), 2);
        // What comes behind lost bytes is refused, and so is the end.
        assert_eq!(sink.write(b"third").unwrap_err().accepted, 0);
        sink.finish().unwrap_err();
        assert_eq!(store.get("file"), None);
    }
}

#[test]
fn every_write_begins_with_all_its_attempts() {
    let store = MemoryStore::default();
    let faults = (0..30).filter(|nth| nth % 3 != 2).map(|nth| (nth, errno(Errno::EINTR)));
    let mut sink = retried(&store, at_once(3), writes(faults));
    (0..10).for_each(|i| sink.write(&[i]).unwrap());
    sink.finish().unwrap();
    assert_eq!(store.get("file").unwrap(), (0..10).collect::<Vec<u8>>());
}

#[test]
fn the_end_of_a_sink_is_not_tried_again() {
    let store = MemoryStore::default();
    let faults = Faults::new(|step| {
        (step.action == Action::Close && step.nth == 0).then_some(errno(Errno::EAGAIN))
    });
    let mut sink = retried(&store, at_once(3), faults);
    sink.write(b"bytes").unwrap();
    let error = sink.finish().unwrap_err();
    assert_eq!(error.action, Action::Close);
    assert_errno(&error, Errno::EAGAIN);
    assert_eq!(store.get("file"), None);
}

#[test]
fn an_aborted_stack_leaves_nothing() {
    let store = MemoryStore::default();
    let retry = retried(&store, at_once(3), writes([]));
    let mut sink =
        Box::new(Throttle::new(retry, Rate::bytes_per_s(u64::MAX), CancelToken::default()));
    sink.write(b"bytes").unwrap();
    sink.abort().unwrap();
    assert_eq!(store.get("file"), None);
}

#[test]
fn a_cancelled_pause_ends_at_once_with_what_it_waited_for() {
    let store = MemoryStore::default();
    let (failing, failed) = mpsc::channel();
    let faults = Faults::new(move |step| {
        failing.send(step.nth).unwrap();
        Some(errno(Errno::EAGAIN))
    });
    let cancel = CancelToken::default();
    let policy = RetryPolicy::attempts(9).base(HOUR).cap(HOUR);
    let mut sink = Retry::new(faulty(&store, faults), policy, cancel.clone());
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || sink.write(b"bytes").unwrap_err());
        assert_eq!(failed.recv(), Ok(0));
        cancel.cancel();
        assert_errno(&writer.join().unwrap(), Errno::EAGAIN);
        assert_eq!(failed.try_iter().count(), 0);
    });
}

#[test]
fn a_flag_that_a_signal_handler_sets_ends_a_pause() {
    let cancel = CancelToken::default();
    let flag = cancel.flag();
    std::thread::scope(|scope| {
        let sleeper = scope.spawn(|| cancel.sleep_until(Instant::now() + HOUR));
        // ORDERING: Relaxed, as the flag carries nothing but itself.
        flag.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(!sleeper.join().unwrap());
    });
    assert!(cancel.is_cancelled());
}

#[test]
fn a_token_wakes_all_who_wait_and_is_as_good_as_new_when_reset() {
    let cancel = CancelToken::default();
    for _ in 0..10 {
        std::thread::scope(|scope| {
            let sleepers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| cancel.sleep_until(Instant::now() + HOUR))).collect();
            cancel.clone().cancel();
            assert!(sleepers.into_iter().all(|sleeper| !sleeper.join().unwrap()));
        });
        assert!(!cancel.sleep_until(Instant::now()));
        cancel.reset();
        assert!(!cancel.is_cancelled() && cancel.sleep_until(Instant::now()));
    }
}

#[test]
fn a_throttled_sink_has_every_byte_in_order() {
    let bytes: Vec<u8> = (0..10_000_u32).map(|i| i as u8).collect();
    for rate in [100_000, 10_000_000, u64::MAX] {
        let store = MemoryStore::default();
        let rate = Rate::bytes_per_s(rate);
        let inner = Box::new(store.sink("file"));
        let mut sink = Box::new(Throttle::new(inner, rate, CancelToken::default()));
        bytes.chunks(3_333).for_each(|chunk| sink.write(chunk).unwrap());
        sink.write(b"").unwrap();
        assert_eq!(sink.finish().unwrap().bytes, 10_000);
        assert_eq!(store.get("file").as_deref(), Some(&bytes[..]));
    }
}

#[test]
fn a_throttled_sink_counts_what_was_taken_before_a_failure() {
    let store = MemoryStore::default();
    // Pieces of a hundred bytes, the third of which is cut.
    let faults = writes([(2, Fault::Short(7)), (5, errno(Errno::EIO))]);
    let rate = Rate::bytes_per_s(10_000);
    let mut sink = Throttle::new(faulty(&store, faults), rate, CancelToken::default());
    let bytes = [1; 600];
    let error = sink.write(&bytes).unwrap_err();
    assert!(error.is_transient());
    assert_eq!(error.accepted, 207);
    let error = sink.write(&bytes[207..]).unwrap_err();
    assert_eq!(error.accepted, 200);
    assert_errno(&error, Errno::EIO);
}

#[test]
fn a_cancelled_throttle_lets_everything_pass() {
    let store = MemoryStore::default();
    let cancel = CancelToken::default();
    cancel.cancel();
    // At a byte a second this would take the test beyond any limit.
    let rate = Rate::bytes_per_s(1);
    let mut sink = Box::new(Throttle::new(Box::new(store.sink("file")), rate, cancel));
    sink.write(&[1; 100_000]).unwrap();
    assert_eq!(sink.finish().unwrap().bytes, 100_000);
}

#[test]
fn a_throttle_is_let_go_while_it_waits() {
    let store = MemoryStore::default();
    let cancel = CancelToken::default();
    let rate = Rate::bytes_per_s(0);
    let (written, was_written) = mpsc::channel();
    let faults = Faults::new(move |_| {
        let _ = written.send(());
        None
    });
    let mut sink = Throttle::new(faulty(&store, faults), rate, cancel.clone());
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || sink.write(&[1; 1_000_000]));
        was_written.recv().unwrap();
        cancel.cancel();
        drop(was_written);
        writer.join().unwrap().unwrap();
    });
}

#[test]
fn the_steps_of_a_script_are_counted_for_each_file_and_over_all_clones() {
    let (seen, steps) = mpsc::channel();
    let faults = Faults::new(move |step| {
        seen.send((step.file, step.action, step.nth)).unwrap();
        None
    });
    let store = MemoryStore::default();
    for name in ["a", "b"] {
        for file in [3, 5] {
            let mut sink = Box::new(Faulty::new(Box::new(store.sink(name)), file, faults.clone()));
            sink.write(b"bytes").unwrap();
            sink.finish().unwrap();
        }
    }
    let (write, close) = (Action::Write, Action::Close);
    let expected = [
        (3, write, 0),
        (3, close, 0),
        (5, write, 0),
        (5, close, 0),
        (3, write, 1),
        (3, close, 1),
        (5, write, 1),
        (5, close, 1),
    ];
    assert_eq!(steps.try_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn what_may_succeed_later_is_told_from_what_may_not() {
    let is_transient = |errno: Errno| {
        let source = io::Error::from_raw_os_error(errno as i32);
        WriteError::new(Action::Write, Path::new("file"), source).is_transient()
    };
    let transient = [Errno::EINTR, Errno::EAGAIN, Errno::ETIMEDOUT, Errno::EMFILE, Errno::ENFILE];
    assert!(transient.into_iter().all(is_transient));
    let last = [
        Errno::ENOSPC,
        Errno::EDQUOT,
        Errno::EFBIG,
        Errno::EIO,
        Errno::EACCES,
        Errno::EPERM,
        Errno::EROFS,
        Errno::ENOENT,
        Errno::ENOTDIR,
        Errno::EISDIR,
        Errno::ELOOP,
        Errno::EBADF,
        Errno::EINVAL,
        Errno::ENAMETOOLONG,
        Errno::EPIPE,
        Errno::ENXIO,
        Errno::ENODEV,
    ];
    assert!(!last.into_iter().any(is_transient));
}

fn faults() -> impl Strategy<Value = Vec<(u64, Fault)>> {
    let fault = prop_oneof![
        (0_usize..40).prop_map(Fault::Short),
        Just(errno(Errno::EINTR)),
        Just(errno(Errno::EAGAIN)),
        Just(errno(Errno::ETIMEDOUT)),
    ];
    prop::collection::vec((0_u64..12, fault), 0..5)
}

proptest! {
    #[test]
    fn any_script_of_transient_failures_loses_nothing_and_doubles_nothing(
        faults in faults(),
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8),
        rate in prop_oneof![Just(10_000_000), Just(u64::MAX)],
    ) {
        let store = MemoryStore::default();
        let cancel = CancelToken::default();
        // More attempts than there are failures.
        let retry = Retry::new(faulty(&store, writes(faults)), at_once(6), cancel.clone());
        let mut sink = Box::new(Throttle::new(Box::new(retry), Rate::bytes_per_s(rate), cancel));
        for chunk in &chunks {
            sink.write(chunk).unwrap();
        }
        sink.finish().unwrap();
        prop_assert_eq!(store.get("file").unwrap(), chunks.concat());
    }
}
