//! What the crate promises: one stream however it is cut, ratios that real tools find, bytes that
//! pass for random, a stream that stays as it is, and errors that say what is wrong.

mod bad_input;
mod golden;
mod oracle;
mod ratios;
mod statistics;
