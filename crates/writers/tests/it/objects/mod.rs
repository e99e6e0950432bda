//! What an object store promises, held against an S3 server in this process.

mod faults;
#[cfg(target_os = "linux")]
mod limits;
mod process;
mod server;
mod store;
mod uploads;

pub(crate) use server::Server;

/// Bytes that differ from part to part.
fn content(n: usize) -> Vec<u8> {
    (0..n as u32).map(|i| (i.wrapping_mul(0x9E37_79B1) >> 24) as u8 ^ (i >> 20) as u8).collect()
}
