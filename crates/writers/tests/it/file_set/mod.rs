//! What a set of files promises, seen from outside.

mod child;
#[cfg(target_os = "linux")]
mod disk;
mod given;

mod allocations;
mod atomic;
mod batches;
mod config;
mod crash;
mod each;
#[cfg(target_os = "linux")]
mod limits;
mod modes;
mod oracle;
mod places;
mod report;
mod retries;
mod stopping;
