//! A measuring laboratory: a question has cells, a cell gives samples, and samples give the
//! tables that a document cites.
//!
//! | step | where |
//! |---|---|
//! | a bench asks a [`Bench`] from its arguments to its exit code | [`command`] |
//! | a sample is one process that does one job | [`ask`], [`ask_within`], [`request`], [`answer`], [`measured`] |
//! | it counts once its output has been verified, and is kept as a line | [`JobSample`] |
//! | samples of a cell become medians and ratios with intervals | [`median_interval`], [`median_ratio`] |
//! | these become tables, and tables go into documents | [`Table`], [`Place`] |
//! | and figures, which say the same to the eye | [`Figure`] |
//! | beside them stands where they were measured | [`Machine`], [`Watch`] |
//!
//! Every question has a module: [`coordinators`] asks what stands best between many generators and
//! many files, [`fan_in`] between many producers and one consumer, [`rates`] how many rows a second
//! come out and what memory that takes, [`bytes`] how fast a buffer is filled, [`writers`] what files
//! cost. A wrong output ends a
//! bench with an error, as a benchmark is a test as well; what was fast, and how fast, never does.
//!
//! ```
//! use inrush_lab::{Verdict, median_ratio};
//!
//! let pairs = [(0.8, 1.0), (1.6, 2.0), (2.5, 3.0), (0.8, 1.0), (4.1, 5.0)];
//! let ratio = median_ratio(&pairs).expect("there are pairs");
//! assert_eq!((ratio.value, ratio.verdict()), (0.8, Verdict::Below));
//! ```
#![forbid(unsafe_code)]

mod allocations;
mod bench;
mod big_files;
pub mod bytes;
mod cell;
mod child;
pub mod claims;
mod commands;
mod console;
pub mod coordinators;
mod definition;
mod disturbance;
mod doctor;
pub mod fan_in;
mod fault;
mod figure;
mod file_sets;
mod findings;
mod job;
pub mod lab;
mod machine;
mod measure;
mod model;
pub mod models;
mod near;
mod objects_store;
mod process;
mod processors;
mod question;
pub mod rates;
mod record;
pub mod report;
pub mod runner;
mod sample;
mod samples;
mod scale;
mod serialise;
mod splice;
mod statistics;
pub mod survey;
mod table;
mod table_jobs;
mod terms;
pub mod threads;
mod turns;
mod usl;
pub mod writers;

pub use bench::{Bench, BenchOptions, Stop, command};
pub use cell::{Cell, Value};
pub use child::{Ended, answer, ask, ask_within, request};
pub use claims::{Claim, ClaimTest, ClaimTests, ClaimVerdict, Finding, Quantity};
pub use commands::run_command;
pub use definition::DefinitionError;
pub use disturbance::Disturbance;
pub use doctor::{Check, State, checks_text, doctor};
pub use fault::Fault;
pub use figure::{Axis, Figure, FigureError, Point, Scale, Series};
pub use findings::{Counts, Findings, Of};
pub use job::{JOB_SCHEMA, JobSample, Measured};
pub use machine::{Cache, Frequency, Hardware, Machine, Settings, Watch, utc_date};
pub use measure::measured;
pub use model::{
    Better, Domain, Measure, Measures, Model, Parameter, Request, Role, Shown, Subject,
};
pub use process::Usage;
pub use question::{Question, Sweep, Swept};
pub use record::{Record, repository, resolve};
pub use sample::{Answer, Outcome, Sample};
pub use samples::{Damaged, Kept, Samples, samples_text};
pub use splice::{Place, SpliceError};
pub use statistics::{Estimate, Humps, Spread, Verdict, median, median_interval, median_ratio};
pub use table::{Table, figures, grouped, ratio_with_interval, short, with_interval};
pub use usl::Usl;
