//! What does it cost to write many files, or large ones, beside the bare system calls?
//!
//! | | |
//! |---|---|
//! | subjects | ours in each mode; the bare calls; `std`, `tokio::fs`, `dd`, a client that does nothing else |
//! | cells | 1,000 to 100,000 files of 12 bytes, in memory and on disk, new and old; a large file, a large object |
//! | measured | microseconds a file, or bytes a second; processor time |
//! | verified | the bytes of every file, and that there is no other |

mod big;
mod cell;
mod command;
mod objects;
mod rate;
mod report;
mod run;
mod sets;

pub use cell::{CELLS, Cell, QUICK_CELLS, SUBJECTS};
pub use command::Writers;
pub use rate::Rate;
pub use report::PLACE;
pub use run::{Request, measure};
