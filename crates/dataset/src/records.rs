//! Files of catalogue records that somebody else wrote: turned into text, and looked through.

mod convert;
mod survey;

use std::io::Read;
use std::path::Path;
use std::thread;

use inrush_coordinator::CancelToken;
use inrush_marc::{Batch, Findings, ParallelReader};

use crate::Error;

pub use convert::{Conversion, LeftOut, convert};
pub use survey::{Survey, TagCount, survey};

/// How records are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Whether what is wrong is listed, and what can be told of it handed out, rather than an error.
    pub is_lenient: bool,
    /// Threads that parse; as many as there are processors if absent.
    pub jobs: Option<usize>,
}

/// Reads `input`, called `name` in errors, to its end: `map` in several threads, `sink` in this one, in
/// order.
fn read<T: Send>(
    input: impl Read,
    name: &Path,
    options: ReadOptions,
    cancel: &CancelToken,
    map: impl Fn(&Batch) -> T + Sync,
    mut sink: impl FnMut(T) -> Result<(), Error>,
) -> Result<Findings, Error> {
    let jobs =
        options.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let mut reader = ParallelReader::new(input, jobs);
    if options.is_lenient {
        reader = reader.lenient();
    }
    let result = reader.for_each_batch(map, |value| {
        if cancel.is_cancelled() {
            return Err(Failed::Here(Error::Stopped));
        }
        sink(value).map_err(Failed::Here)
    });
    result.map_err(|failed| match failed {
        Failed::Here(error) => error,
        Failed::There(source) => Error::Records { path: name.to_owned(), source },
    })
}

/// Which side of the reader an error is from.
enum Failed {
    Here(Error),
    There(inrush_marc::Error),
}

impl From<inrush_marc::Error> for Failed {
    fn from(error: inrush_marc::Error) -> Self {
        Self::There(error)
    }
}
