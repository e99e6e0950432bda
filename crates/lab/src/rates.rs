//! How many rows a second come out of a job, and does its memory stay the same however large the
//! files are?
//!
//! | | |
//! |---|---|
//! | subject | `inrush`: the job, through the coordinator `per-file` |
//! | cells | formats to nowhere, all processors; then one file of 1 MB to 4 GB in a folder |
//! | measured | wall and processor time of the job; peak memory of its process |
//! | verified | rows and bytes, the same in every sample; in a folder also the rows in the files |

mod cell;
mod command;
mod job;
mod report;

pub use cell::{Cell, Format, RATE_CELLS, SIZE_CELLS, Target};
pub use command::Rates;
pub use job::{Request, measure, verify};
pub use report::{CellSummary, PLACE, report, summaries};
