//! The model `objects`: its parameters, its measures, and one sample.

use std::path::Path;
use std::thread;
use std::time::Duration;

use inrush_dataset::peak_rss_bytes;
use serde::Deserialize;

use super::{BYTES_PER_S, CPU_S_PER_GB, OVERLAP, PEAK_RSS_BYTES, listed, overlapped, shown};
use crate::bytes::makers::{self, Made, Together};
use crate::bytes::processes::{await_others, tell, together};
use crate::bytes::registry::OBJECT_BYTES;
use crate::bytes::subject::Objects;
use crate::bytes::{Rate, Subject as Measured};
use crate::model::{About, Model, Request, Shown};
use crate::terms::number;
use crate::{Cell, Ended, Fault, Subject, ask_within};

/// How long a process may take beside the measured part.
const LIMIT: Duration = Duration::from_secs(40);

static ABOUT: About = About {
    name: "objects",
    summary: "Threads make objects with dedup 4 and compress 2, each again and again until a time is over, of \
         which the first is checked and does not count. Several processes wait for one another before \
         they begin; the rate is that of all from the first beginning to the last end.",
    parameters: &[
        number(
            "chunk_bytes",
            "the pieces in which an object is made in one buffer; 0: at once in new memory",
            256 << 10,
            0,
            1 << 30,
        ),
        number("object_bytes", "the size of an object", OBJECT_BYTES as u64, 1, 1 << 30),
        number("threads", "threads of a process, each with objects of its own", 1, 1, 1024),
        number("processes", "processes at the same time", 1, 1, 64),
    ],
    measures: &[BYTES_PER_S, CPU_S_PER_GB, PEAK_RSS_BYTES, OVERLAP],
};

/// Objects with dedup 4 and compress 2, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct MakeObjects;

impl Model for MakeObjects {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        listed(|subject| subject.object.is_some()).collect()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let at_once = match cell.number("chunk_bytes") {
            0 => cell.number("object_bytes"),
            bytes => bytes,
        };
        let bytes = at_once * cell.number("threads") * cell.number("processes");
        (bytes > 8 << 30).then(|| format!("the buffers alone would take {} GiB", bytes >> 30))
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, folder, .. } = request;
        let made = match (cell.number("processes"), folder) {
            (n @ 2.., _) => together(n as usize, |folder| one_of_many(request, folder))?,
            // A process that is one of many meets the others there.
            (_, Some(folder)) => {
                let made = made(cell, subject, *duration, || await_others(folder))?;
                tell(folder, &made).map_err(Fault::skipped)?;
                vec![made]
            }
            (_, None) => vec![made(cell, subject, *duration, || Ok(()))?],
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let all = Together::of(&made, processors)
            .ok_or_else(|| Fault::Wrong("nobody made anything".to_owned()))?;
        let rate = Rate {
            bytes: all.bytes,
            wall_s: all.wall_s,
            cpu_s: made.iter().map(|made| made.cpu_s).sum(),
            // Of many, this one is the least.
            peak_rss_bytes: (made.len() == 1).then(peak_rss_bytes).flatten(),
        };
        let mut shown = shown(&rate, rate.bytes);
        let who = if made.len() > 1 { "the processes" } else { "the threads" };
        overlapped(&mut shown, all.overlap, who);
        Ok(shown)
    }
}

/// What threads of this process make.
fn made(
    cell: &Cell,
    subject: &str,
    duration: Duration,
    go: impl FnOnce() -> anyhow::Result<()>,
) -> Result<Made, Fault> {
    let objects = Measured::find(subject)
        .and_then(|subject| subject.object)
        .ok_or_else(|| Fault::Skipped(format!("no subject `{subject}` makes objects")))?;
    let wanted = Objects {
        object_bytes: cell.number("object_bytes").max(1) as usize,
        chunk_bytes: cell.number("chunk_bytes") as usize,
        // No two processes have the same number.
        thread: u64::from(std::process::id()) << 10,
    };
    let threads = cell.number("threads").max(1) as usize;
    makers::make(objects, wanted, threads, duration, go).map_err(Fault::wrong)
}

/// What a process says that this one has started; of a measurement nothing, which it leaves in the
/// folder.
#[derive(Debug, Deserialize)]
struct Said {
    wrong: Option<String>,
    skipped: Option<String>,
}

/// Lets a process of its own make objects, to its end.
fn one_of_many(request: &Request, folder: &Path) -> Result<(), Fault> {
    let cell = request.cell.clone().with("processes", 1);
    let folder = Some(folder.to_owned());
    let asked = Request::new(&request.model, cell, &request.subject, request.duration, folder);
    match ask_within::<Said>(&asked, LIMIT + request.duration).map_err(Fault::skipped)? {
        Ended::Answered(Said { wrong: Some(why), .. }) => Err(Fault::Wrong(why)),
        Ended::Answered(Said { skipped: Some(why), .. }) => Err(Fault::Skipped(why)),
        Ended::Answered(_) => Ok(()),
        Ended::Late => Err(Fault::Skipped("a process did not end".to_owned())),
        Ended::Died(why) => Err(Fault::Skipped(format!("a process died: {why}"))),
    }
}
