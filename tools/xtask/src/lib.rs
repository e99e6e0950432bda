//! The repository's own chores, run as `cargo xtask <subcommand>`.
//!
//! `tidy` checks what neither the compiler nor a lint can: that the dependency arrows point down,
//! that every memory ordering names its counterpart, that the documents speak of files and commands
//! which exist. It scans plain text, so it needs no build of the workspace. `loom` runs the models of
//! the crates that share memory, and `weaken` asks of every memory ordering whether a model would
//! notice its loss.
//!
//! ```text
//! command    what `cargo xtask` was asked for
//!   tidy     every rule over one tree, one line per finding
//!     rules      one rule per file; how to add one stands in the header of its `mod.rs`
//!       tree         the files of the repository, read once
//!       source       Rust text with code and comments told apart
//!       markdown     code spans, fenced lines and links of a document
//!       manifest     what a `Cargo.toml` says, with line numbers
//!       edges        happens-before edges, as tables declare and comments name them
//!       orderings    memory orderings in Rust text
//!   loom     every model, and the small ones without a bound
//!   weaken   one ordering weaker at a time; how stands in the header of its `mod.rs`
//!     models       which packages have models, how they are built and run
//! ```

#![forbid(unsafe_code)]

mod command;
mod edges;
mod finding;
mod loom;
mod manifest;
mod markdown;
mod models;
mod names;
mod orderings;
mod rules;
mod source;
mod tidy;
mod tree;
mod weaken;

pub use command::{SUBCOMMANDS, Subcommand, run, workspace_root};
pub use finding::Finding;
pub use rules::{RULES, Rule};
pub use tidy::check;
pub use tree::{File, Tree};
