//! How fast is a buffer filled with data, beside the physical limits and beside others?
//!
//! | | |
//! |---|---|
//! | subjects | ours with each ratio and each set of instructions; generators of others; `memset` and a copy |
//! | cells | buffers of 1 KiB to 1 GiB on one processor and on all; an object of 8 MiB in pieces; jobs |
//! | measured | bytes a second; processor time; peak memory of a job |
//! | verified | each subject's last buffer, ours by other instructions in other pieces |
//!
//! Its models are [`Fill`], [`MakeObjects`], [`OpenStreams`], [`ByteJobs`] and [`StreamsAgree`].

mod broken;
mod job;
mod makers;
mod model;
mod peers;
mod processes;
mod rate;
mod registry;
mod subject;
mod subjects;

pub use model::{ByteJobs, Fill, MakeObjects, OpenStreams, StreamsAgree};
pub use rate::Rate;
pub use registry::{Kind, SUBJECTS, Subject};
pub use subject::{Generate, Setting, rate};
