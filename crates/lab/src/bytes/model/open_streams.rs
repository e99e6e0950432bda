//! The model `open-streams`: its parameters, its measures, and one sample.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use dgen_data::DataGenerator;
use inrush_bytes::{Spec, Stream, verify};
use inrush_dataset::peak_rss_bytes;

use super::{BYTES_PER_S, CPU_S_PER_GB, PEAK_RSS_BYTES, shown};
use crate::bytes::Rate;
use crate::bytes::peers::config;
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, number};
use crate::{Cell, Fault, Role, Subject, process};

/// More memory than this for buffers is no test of streams.
const MOST_BYTES: u64 = 4 << 30;

static ABOUT: About = About {
    name: "open-streams",
    summary: "Streams with dedup 4 and compress 2 are opened, each with a buffer of its own, and all make a \
         chunk in turn until a time is over, a round at least; one that has ended begins its next object. \
         So all are in flight all the time. What counts is the peak memory.",
    parameters: &[
        number("streams", "streams that are open from beginning to end", 10, 1, 100_000),
        number("object_bytes", "the size of each object", 16_000_000, 1, 1 << 40),
        number("chunk_bytes", "the buffer of each stream", 256 << 10, 1, 1 << 30),
    ],
    measures: &[
        PEAK_RSS_BYTES,
        less("bytes_per_stream", "what peak memory grew by, for each stream, bytes"),
        BYTES_PER_S,
        CPU_S_PER_GB,
    ],
};

const SUBJECTS: [Subject; 2] =
    [Subject { name: "bytes", role: Role::Ours }, Subject { name: "dgen-data", role: Role::Peer }];

/// Streams that are all in flight at once.
#[derive(Clone, Copy, Debug)]
pub struct OpenStreams;

impl Model for OpenStreams {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.to_vec()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let bytes = cell.number("streams") * cell.number("chunk_bytes");
        (bytes > MOST_BYTES).then(|| format!("the buffers alone would take {} GiB", bytes >> 30))
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let open: Opener = match subject.as_str() {
            "bytes" => Ours::open,
            "dgen-data" => Dgen::open,
            _ => return Err(Fault::Skipped(format!("no subject `{subject}`"))),
        };
        let peak = || {
            peak_rss_bytes().ok_or_else(|| {
                Fault::Skipped("the system does not tell the peak memory".to_owned())
            })
        };
        let before = peak()?;
        let (bytes, wall_s, cpu_s) =
            process::timed(|| run(cell, open, *duration)).map_err(Fault::wrong)?;
        let after = peak()?;
        let mut shown = shown(&Rate { bytes, wall_s, cpu_s, peak_rss_bytes: Some(after) }, bytes);
        let streams = cell.number("streams").max(1) as f64;
        shown.set("bytes_per_stream", after.saturating_sub(before) as f64 / streams);
        Ok(shown)
    }
}

/// A stream with a buffer of its own.
trait Open {
    /// Makes the next chunk, and says how large it was.
    fn step(&mut self) -> u64;

    /// Whether the last chunk is what it should be.
    fn check(&self) -> Result<()>;
}

/// Opens the stream of a number, of an object of a size, with a buffer of a size.
type Opener = fn(u64, u64, usize) -> Result<Box<dyn Open>>;

/// The bytes that all streams made, on a thread of each processor.
fn run(cell: &Cell, open: Opener, duration: Duration) -> Result<u64> {
    let streams = cell.number("streams").max(1);
    let (object, chunk) = (cell.number("object_bytes"), cell.number("chunk_bytes") as usize);
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u64).min(streams);
    let all_open = Barrier::new(threads as usize);
    let life = |thread: u64| -> Result<u64> {
        let numbers = (thread..streams).step_by(threads as usize);
        let mut opened: Result<Vec<_>> =
            numbers.map(|number| open(number, object, chunk)).collect();
        all_open.wait();
        let turned = opened.as_mut().map(|opened| rounds(opened, duration));
        // None is closed before all have ended.
        all_open.wait();
        let bytes = turned.unwrap_or_default();
        opened?.iter().try_for_each(|stream| stream.check())?;
        Ok(bytes)
    };
    thread::scope(|scope| {
        let life = &life;
        let spawned: Vec<_> = (0..threads).map(|i| scope.spawn(move || life(i))).collect();
        spawned.into_iter().map(|thread| thread.join().expect("no stream panics")).sum()
    })
}

/// What streams make in rounds, until the time is over.
fn rounds(opened: &mut [Box<dyn Open>], duration: Duration) -> u64 {
    let (began, mut bytes) = (Instant::now(), 0);
    loop {
        bytes += opened.iter_mut().map(|stream| stream.step()).sum::<u64>();
        if began.elapsed() >= duration {
            return bytes;
        }
    }
}

struct Ours {
    stream: Stream,
    from: u64,
    filled: usize,
    chunk: Vec<u8>,
}

impl Ours {
    fn open(number: u64, object_bytes: u64, chunk_bytes: usize) -> Result<Box<dyn Open>> {
        let spec = Spec::builder(object_bytes).object(number).dedup(4.0).compress(2.0);
        let stream = Stream::new(spec.build().context("specify an object")?);
        Ok(Box::new(Self { stream, from: 0, filled: 0, chunk: vec![0; chunk_bytes] }))
    }
}

impl Open for Ours {
    fn step(&mut self) -> u64 {
        if self.stream.is_complete() {
            let seed = self.stream.spec().seed();
            self.stream.set_seed(seed + 1);
        }
        self.from = self.stream.position();
        self.filled = self.stream.fill_chunk(black_box(&mut self.chunk));
        self.filled as u64
    }

    fn check(&self) -> Result<()> {
        let filled = &self.chunk[..self.filled];
        verify(self.stream.spec(), self.from, filled).context("a chunk is wrong")
    }
}

struct Dgen {
    generator: DataGenerator,
    chunk: Vec<u8>,
    /// Whether some chunk held something: with a compress ratio of 2 half of them may be nothing but
    /// noughts.
    is_filled: bool,
}

impl Dgen {
    fn open(number: u64, object_bytes: u64, chunk_bytes: usize) -> Result<Box<dyn Open>> {
        let size = usize::try_from(object_bytes)?;
        let generator = DataGenerator::new(config(size, 4, 2, number * 1_000_003));
        Ok(Box::new(Self { generator, chunk: vec![0; chunk_bytes], is_filled: false }))
    }
}

impl Open for Dgen {
    fn step(&mut self) -> u64 {
        if self.generator.is_complete() {
            self.generator.reset();
        }
        let filled = self.generator.fill_chunk(black_box(&mut self.chunk));
        self.is_filled = self.is_filled || self.chunk.iter().any(|&byte| byte != 0);
        filled as u64
    }

    fn check(&self) -> Result<()> {
        ensure!(self.is_filled, "no chunk was filled");
        Ok(())
    }
}
