//! The laboratory from outside: what it must notice, and what its command does.

mod ask;
mod bytes;
mod claims;
mod command;
mod doctor;
mod fan_in;
mod figure;
mod file_questions;
mod file_sets;
mod gate;
mod lab;
mod large_outputs;
mod machine;
mod question;
mod threads;
mod serialise;
mod table_jobs;
mod usl;
mod writers;
