//! Whole jobs of the table `builtin:seed7`: what stands best between many generators and many
//! files, how many rows a second come out, and what memory that takes.
//!
//! | | |
//! |---|---|
//! | a job | [`Job`](job::Job): from the reading of the schema to the last line of the manifest |
//! | what can fail | names that a folder has taken, so that a file fails when all its work is done |
//! | the gate | `gate`: files, footers, lines and bytes, and the same bytes from both coordinators |

mod damage;
mod gate;
mod job;
mod model;

pub(crate) use model::TableJobs;
