//! Messages from an iterable of Python's, which the calling thread asks while the worker writes.
//!
//! The worker's [`Batches`] ring for each batch that there is room for; the calling thread's [`Feed`]
//! answers with messages, and hangs up behind the last ones.
//!
//! The iterable runs in the thread that called, as code that it is part of expects. Two rings are ahead
//! of the first batch, so one is gathered while another is written.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use inrush_writers::Message;
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyInt, PyIterator, PyTuple};

use super::payload::payload;
use crate::interrupt::{Attendant, Bell, GLANCE};

/// The bytes of a batch, more or less: enough for a system call to be worth it.
const BATCH_BYTES: usize = 256 << 10;

/// The messages of a batch at most, as each costs some bytes of its own.
const BATCH_MESSAGES: usize = 4096;

/// The time for which messages are gathered; slow ones go out one by one.
const GATHER: Duration = Duration::from_millis(1);

/// A buffer, to every file or to one.
#[derive(Debug)]
pub(super) struct Item {
    file: Option<usize>,
    bytes: PyBackedBytes,
}

impl Message for Item {
    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn file(&self) -> Option<usize> {
        self.file
    }
}

/// The end that asks Python.
#[derive(Debug)]
pub(super) struct Feed {
    messages: Py<PyIterator>,
    /// Gone once there are no more messages.
    batches: Option<Sender<Vec<Item>>>,
}

/// The end that a set takes batches from.
#[derive(Debug)]
pub(super) struct Batches(Receiver<Vec<Item>>);

impl Feed {
    /// Both ends, for the messages of an iterable.
    pub(super) fn new(messages: &Bound<'_, PyAny>) -> PyResult<(Self, Batches)> {
        let messages = messages.try_iter()?.unbind();
        let (sender, receiver) = channel();
        Ok((Self { messages, batches: Some(sender) }, Batches(receiver)))
    }
}

impl Attendant for Feed {
    fn serve(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(batches) = &self.batches else { return Ok(()) };
        let mut iterator = self.messages.bind(py).clone();
        let (mut batch, mut n_bytes) = (Vec::new(), 0);
        let started = Instant::now();
        let is_last = loop {
            let Some(message) = iterator.next() else { break true };
            let item = item(&message?)?;
            n_bytes += item.bytes.len();
            batch.push(item);
            let is_full = n_bytes >= BATCH_BYTES || batch.len() >= BATCH_MESSAGES;
            if is_full || started.elapsed() >= GATHER {
                break false;
            }
        };
        // A worker that is gone already says by its end why.
        let _ = batches.send(batch);
        if is_last {
            self.batches = None;
        }
        Ok(())
    }
}

impl Batches {
    /// The batches, each of which is asked for with `bell`.
    pub(super) fn ringing(self, bell: &Bell) -> impl Iterator<Item = Vec<Item>> {
        bell.ring();
        bell.ring();
        std::iter::from_fn(move || match self.0.recv_timeout(GLANCE) {
            Ok(batch) => {
                bell.ring();
                Some(batch)
            }
            // Nothing to write, so that the set sees when it is to stop.
            Err(RecvTimeoutError::Timeout) => Some(Vec::new()),
            Err(RecvTimeoutError::Disconnected) => None,
        })
    }
}

fn item(message: &Bound<'_, PyAny>) -> PyResult<Item> {
    let Ok(pair) = message.cast::<PyTuple>() else {
        return Ok(Item { file: None, bytes: payload(message)? });
    };
    let Ok((file, data)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
        return Err(PyTypeError::new_err("a message is a buffer, or a pair (file, buffer)"));
    };
    let number = file.extract().map_err(|error| match file.cast::<PyInt>() {
        Ok(number) => PyIndexError::new_err(format!("no file has the number {number}")),
        Err(_) => error,
    })?;
    Ok(Item { file: Some(number), bytes: payload(&data)? })
}
