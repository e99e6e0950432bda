//! The models of this question: buffers, objects, streams in flight, jobs, and the promise that all
//! of them have the same bytes.

mod agree;
mod fill;
mod jobs;
mod objects;
mod open_streams;

pub use agree::StreamsAgree;
pub use fill::Fill;
pub use jobs::ByteJobs;
pub use objects::MakeObjects;
pub use open_streams::OpenStreams;

use super::{Kind, Rate, SUBJECTS, Subject};
use crate::model::Measure;
use crate::terms::{less, more, neither};
use crate::{Role, Shown};

const BYTES_PER_S: Measure = more("bytes_per_s", "bytes a second");
const CPU_S_PER_GB: Measure = less("cpu_s_per_gb", "processor time of a gigabyte (10^9), s");
const PEAK_RSS_BYTES: Measure = less("peak_rss_bytes", "peak memory of the process, bytes");
const OVERLAP: Measure = neither("overlap", "share of the time in which all were at work");

/// The registry's subjects that a model measures.
fn listed(asks: impl Fn(&Subject) -> bool) -> impl Iterator<Item = crate::Subject> {
    let role = |kind| match kind {
        Kind::Limit => Role::Control,
        Kind::Peer => Role::Peer,
        Kind::Ours | Kind::Variant | Kind::Job => Role::Ours,
    };
    let of =
        move |subject: &Subject| crate::Subject { name: subject.name, role: role(subject.kind) };
    SUBJECTS.iter().filter(move |subject| asks(subject)).map(of)
}

/// What a run has shown, of which the processor time was spent on `all_bytes`.
fn shown(rate: &Rate, all_bytes: u64) -> Shown {
    let mut shown = Shown::default();
    shown.set(BYTES_PER_S.name, rate.bytes as f64 / rate.wall_s);
    shown.set(CPU_S_PER_GB.name, rate.cpu_s * 1e9 / all_bytes.max(1) as f64);
    if let Some(peak) = rate.peak_rss_bytes {
        shown.set(PEAK_RSS_BYTES.name, peak as f64);
    }
    shown
}

/// Notes how much of the time all were at work, and complains where it is too little.
fn overlapped(shown: &mut Shown, overlap: f64, who: &str) {
    shown.set(OVERLAP.name, overlap);
    if overlap < super::subject::OVERLAP {
        let percent = overlap * 100.0;
        shown.complaint =
            Some(format!("{who} were at work together for {percent:.0}% of the time"));
    }
}
