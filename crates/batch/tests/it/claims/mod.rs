//! What every batcher promises, one claim a function.

pub(crate) mod callback;
pub(crate) mod closing;
pub(crate) mod oracle;
pub(crate) mod room;
pub(crate) mod stress;
pub(crate) mod triggers;

use std::time::Duration;

use inrush_batch::{PushError, Setting};

use crate::item::Item;

/// No batch leaves for its age.
fn patient(batch_size: usize) -> Setting {
    Setting { batch_size, linger: Duration::MAX, batches: 3 }
}

/// The item that a closed batcher returned.
fn returned(result: Result<(), PushError<Item>>) -> Item {
    match result {
        Err(PushError::Closed(item)) => item,
        other => panic!("not returned as closed: {other:?}"),
    }
}
