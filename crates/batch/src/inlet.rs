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
        if pushed.block_filled || pushed.is_called {
            self.attend(pushed.block_filled);
        }
        Ok(())
    }

    /// Pushes items into the block at hand, publishes them, and tells the worker if it has to be told.
    /// Returns whether there are no more.
    #[inline]
    pub(crate) fn push_many(
        &mut self,
        items: &mut impl Iterator<Item = T>,
    ) -> Result<bool, PushError<T>> {
        let (pushed, is_end) = self.lane.push_many(items)?;
        if pushed.block_filled || pushed.is_called {
            self.attend(pushed.block_filled);
        }
        Ok(is_end)
    }

    /// Publishes what has been pushed, and tells the worker if it has to be told.
    pub(crate) fn publish(&mut self) -> Result<(), PushError<T>> {
        self.lane.publish();
        if self.lane.is_called()
            && self.attend(false) == Answer::Closed
            && let Some(item) = self.lane.take_back()
        {
            // It came too late.
            return Err(PushError::Closed(item));
        }
        Ok(())
    }

    /// After a publication: tells the worker of a full block, and answers its call.
    #[cold]
    fn attend(&mut self, block_filled: bool) -> Answer {
        if block_filled {
            self.station.nudge();
        }
        let is_called = self.lane.is_called();
        let answer = if is_called { self.lane.answer() } else { Answer::Nothing };
        if answer == Answer::Call {
            self.station.call(self.number);
        }
        answer
    }
}
