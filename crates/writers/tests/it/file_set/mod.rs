//! What a set of files promises, seen from outside.

mod child;
mod given;

mod allocations;
mod atomic;
mod batches;
mod config;
mod crash;
mod each;
mod modes;
mod oracle;
mod report;
mod retries;
mod stopping;
