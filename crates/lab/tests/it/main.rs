//! The laboratory from outside: what it must notice, and what its command does.

mod ask;
mod bytes_models;
mod catalogue;
mod citation;
mod claims;
mod doctor;
mod fan_in;
mod fan_in_models;
mod figure;
mod file_sets;
mod lab;
mod large_outputs;
mod limits;
mod machine;
mod python;
mod question;
mod questions;
mod serialise;
mod table_jobs;
mod threads;
mod usl;
