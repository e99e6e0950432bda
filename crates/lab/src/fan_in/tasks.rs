//! Producers that are tasks of a runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::TaskDoor;
use super::tally::item;
use super::threads::{Crew, Produced, SHORT_BURST, Shift};
use crate::Fault;

/// Moves each door to a task of its own, on as many threads as there are processors. Otherwise as
/// [`produce`](super::threads::produce).
pub(super) fn produce_from_tasks<D: TaskDoor, T>(
    doors: Vec<D>,
    shift: Shift<'_>,
    before: impl FnOnce() -> T,
    meanwhile: &mut dyn FnMut(),
) -> Result<(T, Crew), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().build();
    let runtime = runtime.map_err(|error| Fault::Skipped(format!("no runtime: {error}")))?;
    let (may_go, going) = watch::channel(false);
    let line = Arc::new(StartLine::default());
    let tasks: Vec<_> = (doors.into_iter().enumerate())
        .map(|(producer, door)| {
            runtime.spawn(run(Arc::clone(&line), door, producer, going.clone()))
        })
        .collect();
    // ORDERING: Relaxed: the number alone is the message.
    while line.n_begun.load(Ordering::Relaxed) < tasks.len() {
        thread::sleep(Duration::from_micros(200));
    }
    let before = before();
    let go = Instant::now();
    // Whoever does not listen has panicked, which is found below.
    let _ = may_go.send(true);
    meanwhile();
    thread::sleep(shift.duration.saturating_sub(go.elapsed()));
    // ORDERING: Relaxed, as the flag alone is the message.
    line.is_over.store(true, Ordering::Relaxed);
    let producers = runtime.block_on(async {
        let mut producers = Vec::with_capacity(tasks.len());
        for task in tasks {
            producers.push(task.await);
        }
        producers.into_iter().collect::<Result<Vec<Produced>, _>>()
    });
    let producers = producers.map_err(|_| Fault::Wrong("a producer panicked".to_owned()))?;
    Ok((before, Crew { go, producers }))
}

/// What the tasks share.
#[derive(Debug, Default)]
struct StartLine {
    n_begun: AtomicUsize,
    is_over: AtomicBool,
}

/// The life of a producer.
async fn run(
    line: Arc<StartLine>,
    mut door: impl TaskDoor,
    producer: usize,
    mut going: watch::Receiver<bool>,
) -> Produced {
    let first = Instant::now();
    door.push(item(producer, 0)).await;
    // ORDERING: Relaxed: the number alone is the message.
    line.n_begun.fetch_add(1, Ordering::Relaxed);
    // The other end is there until it has said so.
    let _ = going.wait_for(|may_go| *may_go).await;
    let mut count = 1;
    // ORDERING: Relaxed, as the flag alone is the message.
    while !line.is_over.load(Ordering::Relaxed) {
        for next in count..count + SHORT_BURST {
            door.push(item(producer, next)).await;
        }
        count += SHORT_BURST;
    }
    drop(door);
    Produced { first, last: Instant::now(), count, is_pinned: true }
}
