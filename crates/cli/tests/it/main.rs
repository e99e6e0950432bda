//! The command as its users call it: a process, its output, its exit code, its files.

mod bytes;
mod config;
mod faults;
mod inrush;
mod interrupt;
mod marc;
mod options;
mod shards;
mod table;
mod tee;
