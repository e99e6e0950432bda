//! What the crate promises about schemas, their values, and their independence of every cut.

mod ddl;
mod ddl_errors;
mod determinism;
mod given;
mod values;
