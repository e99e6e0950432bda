//! The subjects, one strategy in each file.

pub(super) mod batch_channel;
pub(super) mod batcher;
pub(super) mod batching;
pub(super) mod broken;
pub(super) mod controls;
pub(super) mod crossbeam;
pub(super) mod crossfire;
pub(super) mod disruptor;
pub(super) mod flume;
pub(super) mod kanal;
pub(super) mod lanes;
pub(super) mod locked_vec;
pub(super) mod rtrb_lanes;
pub(super) mod staged_vec;
pub(super) mod std_sync;
pub(super) mod swap_buffer;
pub(super) mod thingbuf;
pub(super) mod tokio_mpsc;
pub(super) mod unbounded;

use std::ops::Range;

/// Items in pieces of at most `n`.
fn pieces(items: Range<u64>, n: usize) -> impl Iterator<Item = Range<u64>> {
    let end = items.end;
    items.step_by(n).map(move |start| start..end.min(start + n as u64))
}
