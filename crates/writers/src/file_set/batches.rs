//! Batches of messages, as they come, to all files or to one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;

use super::Settings;
use super::entry::{Entry, Status};
use super::pool::Pool;
use super::stop::Why;
use crate::WriteError;

/// Something to be written, to every file of a set or to one.
///
/// Bytes and texts go to every file; a pair of a file's number and bytes goes to that one.
pub trait Message {
    /// What is written.
    fn bytes(&self) -> &[u8];

    /// The number of the only file to write it to; every file if absent.
    fn file(&self) -> Option<usize> {
        None
    }
}

macro_rules! to_every_file {
    ($($bytes:ty),*) => {$(
        impl Message for $bytes {
            fn bytes(&self) -> &[u8] {
                self.as_ref()
            }
        }
    )*};
}

to_every_file!(&[u8], Vec<u8>, &Vec<u8>, Box<[u8]>, Arc<[u8]>, &str, String, &String);

impl<M: Message> Message for (usize, M) {
    fn bytes(&self) -> &[u8] {
        self.1.bytes()
    }

    fn file(&self) -> Option<usize> {
        Some(self.0)
    }
}

/// A batch, ready for all workers.
#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    parts: Vec<Part>,
}

/// Messages one behind the other that go the same way.
#[derive(Debug)]
enum Part {
    /// To every file.
    Every(Range<usize>),
    /// To one file each, in the order of the files.
    Each(Vec<(usize, Range<usize>)>),
}

/// Batches under way to each worker: one in its hands, one behind it.
const AHEAD: usize = 1;

/// Writes `batches` to the files whose entries are pending, until they end or the set stops.
///
/// # Errors
/// The number of a file that there is not, at the batch that names it.
pub(super) fn run<B>(
    batches: impl Iterator<Item = B>,
    paths: &[PathBuf],
    entries: &mut [Entry],
    settings: &Settings<'_>,
    n_workers: usize,
    max_open: usize,
) -> Result<(), usize>
where
    B: IntoIterator<Item: Message>,
{
    let n_files = paths.len();
    let n_pending = entries.iter().filter(|entry| entry.status == Status::Pending).count();
    let live = &AtomicUsize::new(n_pending);
    let mut feed = Feed { batches, n_files, settings, live };
    let most = NonZeroUsize::new(max_open / n_workers).unwrap_or(NonZeroUsize::MIN);
    let worker = |first: usize, entries| Worker {
        paths: &paths[first..],
        first,
        entries,
        settings,
        live,
        pool: Pool::new(most),
        gathered: Vec::new(),
        backwards: false,
    };
    thread::scope(|scope| {
        // As many threads as there may be, before the files are shared out among them.
        let lane = |i| {
            let (lane, orders) = mpsc::sync_channel(AHEAD);
            let builder = thread::Builder::new().name(format!("inrush-write-{i}"));
            builder.spawn_scoped(scope, || follow(orders)).ok().map(|_| lane)
        };
        let lanes: Vec<_> = match n_workers {
            1 => Vec::new(),
            _ => (0..n_workers).map_while(lane).collect(),
        };
        if lanes.is_empty() {
            let mut worker = worker(0, entries);
            let mut batch = Batch::default();
            while feed.next(&mut batch)? {
                worker.write(&batch);
            }
            worker.finish();
            return Ok(());
        }
        // A worker ends only after its lane does, unless there are no files for it.
        let each = n_files.div_ceil(lanes.len()).max(1);
        for (i, (entries, lane)) in entries.chunks_mut(each).zip(&lanes).enumerate() {
            let _ = lane.send(Order::Begin(worker(i * each, entries)));
        }
        // As many as can be under way, and the one that is being filled.
        let mut ring: Vec<Arc<Batch>> = (0..AHEAD + 3).map(|_| Arc::default()).collect();
        loop {
            ring.rotate_left(1);
            if Arc::get_mut(&mut ring[0]).is_none() {
                ring[0] = Arc::default();
            }
            let Some(batch) = Arc::get_mut(&mut ring[0]) else { continue };
            let is_one = feed.next(batch)?;
            for lane in &lanes {
                let batch = is_one.then(|| Arc::clone(&ring[0]));
                let _ = lane.send(batch.map_or(Order::Finish, Order::Write));
            }
            if !is_one {
                return Ok(());
            }
        }
    })
}

/// What a thread is told to do.
enum Order<'a> {
    Begin(Worker<'a>),
    Write(Arc<Batch>),
    Finish,
}

/// Does what it is told, from the first order on. Orders that end without saying so give up what is
/// unfinished.
fn follow(orders: mpsc::Receiver<Order<'_>>) {
    let Ok(Order::Begin(mut worker)) = orders.recv() else { return };
    while let Ok(order) = orders.recv() {
        match order {
            Order::Write(batch) => worker.write(&batch),
            Order::Begin(_) | Order::Finish => return worker.finish(),
        }
    }
}

/// Where batches come from.
struct Feed<'s, I> {
    batches: I,
    n_files: usize,
    settings: &'s Settings<'s>,
    /// Files that have not failed.
    live: &'s AtomicUsize,
}

impl<I: Iterator<Item: IntoIterator<Item: Message>>> Feed<'_, I> {
    /// Makes `batch` the next one that has bytes; false where there is none.
    fn next(&mut self, batch: &mut Batch) -> Result<bool, usize> {
        loop {
            // ORDERING: Relaxed, as the counter carries nothing: it is seen a little later at worst.
            let none_left = self.live.load(Ordering::Relaxed) == 0;
            if none_left || self.settings.stop.why().is_some() {
                return Ok(false);
            }
            let Some(messages) = self.batches.next() else { return Ok(false) };
            batch.fill(messages, self.n_files)?;
            if !batch.bytes.is_empty() {
                return Ok(true);
            }
        }
    }
}

impl Batch {
    fn fill(
        &mut self,
        messages: impl IntoIterator<Item: Message>,
        n_files: usize,
    ) -> Result<(), usize> {
        self.bytes.clear();
        self.parts.clear();
        for message in messages {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(message.bytes());
            let range = start..self.bytes.len();
            match (message.file(), self.parts.last_mut()) {
                (Some(file), _) if file >= n_files => return Err(file),
                (Some(file), Some(Part::Each(files))) => files.push((file, range)),
                (Some(file), _) => self.parts.push(Part::Each(vec![(file, range)])),
                (None, Some(Part::Every(before))) => before.end = range.end,
                (None, _) => self.parts.push(Part::Every(range)),
            }
        }
        for part in &mut self.parts {
            if let Part::Each(files) = part {
                // Stable: the messages to one file stay in order.
                files.sort_by_key(|&(file, _)| file);
            }
        }
        Ok(())
    }
}

/// Writes to the files of one range of the list, which are its own.
struct Worker<'a> {
    /// The names of the files from the first one of the range on.
    paths: &'a [PathBuf],
    first: usize,
    entries: &'a mut [Entry],
    settings: &'a Settings<'a>,
    live: &'a AtomicUsize,
    pool: Pool<'a>,
    /// The messages to one file, one behind the other.
    gathered: Vec<u8>,
    /// Whether the last message to every file began with the last file.
    backwards: bool,
}

/// Bytes that wait to be offered again: when, to which file, and how many were taken before.
type Again = Reverse<(Instant, usize, usize)>;

impl<'a> Worker<'a> {
    fn write(&mut self, batch: &Batch) {
        for part in &batch.parts {
            match part {
                Part::Every(range) => self.write_every(&batch.bytes[range.clone()]),
                Part::Each(files) => self.write_each(&batch.bytes, files),
            }
        }
    }

    /// In turns from the first file to the last and back: where not all can stay open, those that
    /// were used last are the first to be used again.
    fn write_every(&mut self, bytes: &[u8]) {
        let mut again = BinaryHeap::new();
        for i in 0..self.entries.len() {
            let i = if self.backwards { self.entries.len() - 1 - i } else { i };
            again.extend(self.put(i, bytes, 0));
        }
        self.backwards = !self.backwards;
        self.put_again(again, bytes);
    }

    fn write_each(&mut self, bytes: &[u8], files: &[(usize, Range<usize>)]) {
        let start = files.partition_point(|&(file, _)| file < self.first);
        let end = files.partition_point(|&(file, _)| file < self.first + self.entries.len());
        for messages in files[start..end].chunk_by(|a, b| a.0 == b.0) {
            let mut gathered = std::mem::take(&mut self.gathered);
            gathered.clear();
            messages.iter().for_each(|(_, at)| gathered.extend_from_slice(&bytes[at.clone()]));
            let again = self.put(messages[0].0 - self.first, &gathered, 0);
            self.put_again(again.into_iter().collect(), &gathered);
            self.gathered = gathered;
        }
    }

    /// Offers what has to be offered again until it is taken or given up.
    fn put_again(&mut self, mut again: BinaryHeap<Again>, bytes: &[u8]) {
        while let Some(Reverse((due, i, taken))) = again.pop() {
            // Where the set stops meanwhile, `put` says so of the file.
            if self.settings.stop.sleep_until(due).is_ok() {
                self.entries[i].attempts += 1;
            }
            again.extend(self.put(i, bytes, taken));
        }
    }

    /// Offers `bytes` to a file but for those `taken` before. Returns what is left to be done later.
    fn put(&mut self, i: usize, bytes: &[u8], taken: usize) -> Option<Again> {
        if self.is_over(i) {
            return None;
        }
        let before = self.entries[i].written;
        let Err(error) = self.try_put(i, &bytes[taken..]) else {
            self.entries[i].failures = 0;
            return None;
        };
        let taken = taken + (self.entries[i].written - before) as usize;
        let error = match self.pool.take(i) {
            Some(target) => target.interrupt(error),
            None => error,
        };
        self.fail(i, error).map(|due| Reverse((due, i, taken)))
    }

    /// Whether nothing more is to be done to a file; says so of it where the set stops.
    fn is_over(&mut self, i: usize) -> bool {
        let entry = &mut self.entries[i];
        if entry.status == Status::Pending
            && let Some(why) = self.settings.stop.why()
        {
            drop(self.pool.take(i));
            entry.stop(self.settings.mode, &self.paths[i], why);
        }
        entry.status != Status::Pending
    }

    fn try_put(&mut self, i: usize, bytes: &[u8]) -> Result<(), WriteError> {
        self.open(i)?;
        let Self { pool, entries, settings, .. } = self;
        match pool.get(i) {
            Some(target) => target.write(bytes, &mut entries[i].written, &settings.stop),
            None => Ok(()),
        }
    }

    /// Sees to it that a file is open.
    fn open(&mut self, i: usize) -> Result<(), WriteError> {
        if self.pool.get(i).is_some() {
            return Ok(());
        }
        let mut idle = self.pool.make_room();
        loop {
            if let Some((idle, target)) = idle
                && let Err(error) = target.suspend()
            {
                self.fail(idle, error);
            }
            let entry = &mut self.entries[i];
            entry.attempts = entry.attempts.max(1);
            match entry.open(self.settings, self.first + i, &self.paths[i]) {
                Ok(target) => {
                    self.pool.put(i, target);
                    return Ok(());
                }
                // Handles that this worker holds need not be waited for.
                Err(error) if error.is_out_of_handles() => {
                    idle = Some(self.pool.shrink().ok_or(error)?);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Notes a failure of a file, and says when to go on with it, if that is to be done.
    fn fail(&mut self, i: usize, error: WriteError) -> Option<Instant> {
        let entry = &mut self.entries[i];
        let due = entry.fail(self.settings, &self.paths[i], error, true);
        if due.is_none() {
            // ORDERING: Relaxed, as in `Feed::next`.
            self.live.fetch_sub(1, Ordering::Relaxed);
        }
        due
    }

    /// Ends all files: whole, or with the reason why not.
    fn finish(mut self) {
        let mut again = BinaryHeap::new();
        for i in 0..self.entries.len() {
            again.extend(self.end(i));
        }
        while let Some(Reverse((due, i, _))) = again.pop() {
            // Where the set stops meanwhile, `end` says so of the file.
            if self.settings.stop.sleep_until(due).is_ok() {
                self.entries[i].attempts += 1;
            }
            again.extend(self.end(i));
        }
    }

    fn end(&mut self, i: usize) -> Option<Again> {
        if self.is_over(i) {
            return None;
        }
        // Also those without bytes come to be, and those that were closed get their names.
        let ended = self.open(i).and_then(|()| match self.pool.take(i) {
            Some(target) => target.finish(self.settings),
            None => Ok(()),
        });
        match ended {
            Ok(()) => {
                self.entries[i].succeed();
                None
            }
            Err(error) => self.fail(i, error).map(|due| Reverse((due, i, 0))),
        }
    }
}

impl Drop for Worker<'_> {
    /// Gives up what was not finished, as nobody can say that it is whole.
    fn drop(&mut self) {
        for (i, entry) in self.entries.iter_mut().enumerate() {
            if entry.status == Status::Pending {
                drop(self.pool.take(i));
                entry.stop(self.settings.mode, &self.paths[i], Why::Cancelled);
            }
        }
    }
}
