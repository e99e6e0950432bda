//! A measuring laboratory: questions to samples, and samples to figures.
//!
//! | step | where |
//! |---|---|
//! | a question is read from TOML | [`Question`] |
//! | it asks a model about subjects in cells | [`Model`], [`models`], [`Cell`] |
//! | a sample is a process that measures one, and then looks whether its output is right | [`runner`] |
//! | it is kept as a line, with what others took of the machine meanwhile | [`Sample`], [`Disturbance`] |
//! | samples become medians and ratios with intervals | [`Findings`], [`Estimate`], [`Spread`], [`Usl`] |
//! | these become tables and figures, and documents cite them | [`report`], [`Table`], [`Figure`] |
//! | and say which claims of others hold here | [`Claim`] |
//! | beside them stands where they were measured, and whether that is fit to | [`Machine`], [`doctor()`] |
//!
//! [`run_command`] is `cargo lab`. A model has a module: [`threads`] locks and counters, [`fan_in`] many
//! producers and one consumer, [`bytes`] what fills buffers; those of jobs, files and records have nothing
//! that others need. A wrong output never counts, and ends a run with an error.
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
mod bursts;
pub mod bytes;
mod catalogue;
mod cell;
mod child;
pub mod claims;
mod commands;
mod console;
mod counters;
mod curves;
mod definition;
mod disturbance;
mod doctor;
pub mod fan_in;
mod fault;
mod figure;
mod file_sets;
mod findings;
pub mod lab;
mod machine;
mod model;
pub mod models;
mod near;
mod objects_store;
mod process;
mod processors;
mod python;
mod question;
mod record;
mod recorded;
pub mod report;
mod roster;
pub mod runner;
mod sample;
mod samples;
mod scale;
mod serialise;
mod statistics;
mod stop;
mod table;
mod table_jobs;
mod terms;
pub mod threads;
mod tmpfs;
mod turns;
mod usl;

pub use bench::bench;
pub use cell::{Cell, Value};
pub use child::{Ended, answer, ask, ask_within, request};
pub use claims::{Claim, ClaimTest, ClaimTests, ClaimVerdict, Finding, Needs, Quantity};
pub use commands::run_command;
pub use counters::Counted;
pub use definition::DefinitionError;
pub use disturbance::Disturbance;
pub use doctor::{Check, State, checks_text, doctor};
pub use fault::Fault;
pub use figure::{Axis, Figure, FigureError, Point, Scale, Series};
pub use findings::{Counts, Findings, Of};
pub use machine::{Cache, Frequency, Hardware, Machine, Settings, Watch, utc_date};
pub use model::{
    About, Better, Domain, Measure, Measures, Model, Parameter, Request, Role, Shown, Subject,
};
pub use process::Usage;
pub use question::{Question, Quick, Sweep, Swept};
pub use record::{Record, repository};
pub use recorded::{Recorded, records};
pub use sample::{Answer, Outcome, Sample};
pub use samples::{Damaged, Samples, samples_text};
pub use statistics::{Estimate, Humps, Spread, Verdict, median, median_interval, median_ratio};
#[doc(hidden)]
pub use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
pub use stop::Stop;
pub use table::{Table, figures, grouped, ratio_with_interval, short, with_interval};
pub use usl::Usl;
