//! What an object store promises, held against an S3 server in this process.

mod server;

pub(crate) use server::Server;
