//! What a set of files promises, seen from outside.

mod child;
mod disk;
mod given;

mod allocations;
mod atomic;
mod batches;
mod config;
mod crash;
mod each;
mod limits;
mod modes;
mod oracle;
mod places;
mod report;
mod retries;
mod stopping;
