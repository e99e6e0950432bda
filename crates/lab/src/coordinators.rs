//! What stands best between many generators and many files: a pipeline per file, or one queue of
//! whole files behind a mutex?
//!
//! | | |
//! |---|---|
//! | subjects | `per-file`, `mutex` |
//! | cells | files x rows of `builtin:seed7`, as Parquet with Snappy, chunks of 64 KiB |
//! | measured | wall and processor time of the job; peak memory of its process |
//! | verified | the files there are, the rows of every footer, that both wrote the same bytes |
//!
//! Every sample is a process of its own, in a fresh folder. The subjects take turns, `A B B A`, so
//! that neither always runs second; a repetition of both is a pair.

mod cell;
mod command;
mod job;
mod options;
mod report;
mod run;
mod summary;
mod verify;

pub use cell::{Cell, LARGE_CELLS, ParseCellError, SEED_CELLS, Subject};
pub use job::{Request, measure};
pub use options::Options;
pub use report::{PLACE, block, report};
pub use run::{Plan, samples};
pub use summary::{CellSummary, Ratios, SubjectSummary, summaries};
pub use verify::verify;
