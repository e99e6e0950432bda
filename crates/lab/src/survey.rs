//! Questions of one shape: subjects by name, cells that ask some of them, a process for each sample.
//!
//! A sample that others have disturbed is kept, does not count, and is taken again.

mod plan;
mod report;
mod request;
mod sample;
mod summary;

pub use plan::{Plan, SurveyCell, samples};
pub(crate) use report::Report;
pub use request::Request;
pub use sample::{Answer, SurveySample};
pub use summary::Summaries;
