//! Catalogue records, written by Python: a record at a time, all at once, to memory and to files, by one
//! thread and by several.
//!
//! | | |
//! |---|---|
//! | a sample | `sample.py`: jobs in laps, by an [`Interpreter`] of their own |
//! | the subjects | `libraries.py`: how each library reads and writes |
//! | the measures | `laps`: what laps of threads together and in turn say |
//! | the gate | what a job of each thread wrote is what the records were made of, and all jobs wrote as much |

mod gate;
mod interpreter;
mod laps;
mod model;

pub(crate) use interpreter::Interpreter;
pub(crate) use model::Python;
