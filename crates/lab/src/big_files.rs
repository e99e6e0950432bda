//! One large file: the sinks beside `dd`, through the page cache and past it.
//!
//! | | |
//! |---|---|
//! | a way to write | `ways`: a sink that is handed chunks, a whole job, a program |
//! | the gate | the length of the file, and every byte of it |

mod gate;
mod model;
mod ways;

pub(crate) use model::BigFiles;
