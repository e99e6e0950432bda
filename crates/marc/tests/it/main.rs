//! What the crate promises: every record comes back byte for byte, every fault is named, nothing is lost
//! silently, and generated records stay as they are.

mod faults;
mod generated;
mod given;
mod lenient;
mod limits;
mod marc8;
mod mutations;
mod parallel;
mod round_trip;
mod strict;
mod text_formats;
