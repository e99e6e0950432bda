//! A lane's writing end together with the worker that reads it.

use inrush_sync::shim::Arc;
use inrush_sync::{Answer, LaneSender, LaneWatch, PushError};

use crate::station::Station;

/// What a producer pushes into, whichever door it comes through.
#[derive(Debug)]
pub(crate) struct Inlet<T> {
    pub(crate) lane: LaneSender<T>,
    pub(crate) watch: LaneWatch<T>,
    pub(crate) station: Arc<Station<T>>,
    /// The lane's number at the station.
    pub(crate) number: usize,
    /// Where old items pass through that make room; keeps its capacity.
    pub(crate) scrap: Vec<T>,
}

impl<T> Inlet<T> {
    /// Pushes an item, and tells the worker if it has to be told.
    #[inline(always)]
    pub(crate) fn push(&mut self, item: T) -> Result<(), PushError<T>> {
        let pushed = self.lane.push(item)?;
        if pushed.is_published && (pushed.block_filled || self.lane.is_called()) {
            return self.attend(pushed.block_filled);
        }
        Ok(())
    }

    /// Publishes what has been pushed, and tells the worker if it has to be told.
    pub(crate) fn publish(&mut self) -> Result<(), PushError<T>> {
        self.lane.publish();
        if self.lane.is_called() { self.attend(false) } else { Ok(()) }
    }

    /// After a publication: tells the worker of a full block, answers its call, and finds out whether
    /// an item that came too late has to go back.
    #[cold]
    fn attend(&mut self, block_filled: bool) -> Result<(), PushError<T>> {
        if block_filled {
            self.station.nudge();
        }
        if self.lane.is_called() {
            match self.lane.answer() {
                Answer::Call => self.station.call(self.number),
                Answer::Closed => {
                    if let Some(item) = self.lane.take_back() {
                        return Err(PushError::Closed(item));
                    }
                }
                Answer::Nothing | Answer::Closing => {}
            }
        }
        Ok(())
    }
}
