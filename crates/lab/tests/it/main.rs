//! The laboratory from outside: what it must notice, and what its command does.

mod bytes;
mod claims;
mod command;
mod doctor;
mod fan_in;
mod figure;
mod gate;
mod lab;
mod machine;
mod question;
mod threads;
mod usl;
mod writers;
