//! The laboratory from outside: what it must notice, and what its command does.

mod ask;
mod bytes;
mod bytes_models;
mod claims;
mod command;
mod doctor;
mod fan_in;
mod fan_in_models;
mod figure;
mod file_sets;
mod gate;
mod lab;
mod large_outputs;
mod machine;
mod question;
mod questions;
mod serialise;
mod table_jobs;
mod threads;
mod usl;
mod writers;
