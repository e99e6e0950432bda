//! What becomes of an item that found no room.

use std::time::Instant;

use inrush_sync::PushError as LaneError;

use crate::error::PushError;
use crate::hub::Hub;
use crate::inlet::Inlet;
use crate::options::WhenFull;

/// A way to a lane: directly, or through a lock.
pub(crate) trait Door<T> {
    /// Does something to the lane.
    fn with<R>(&mut self, act: impl FnOnce(&mut Inlet<T>) -> R) -> R;

    /// Waits until the lane has room or is closed; returns false when the clock reached `deadline`
    /// first.
    fn wait_for_room(&mut self, deadline: Option<Instant>) -> bool;

    /// Wakes the next one who waits for room, since there is some left.
    fn wake_next(&self);
}

/// Follows the policy until the item is in, or dropped, or has to go back.
#[cold]
pub(crate) fn insist<T>(
    hub: &Hub<T>,
    door: &mut impl Door<T>,
    refused: LaneError<T>,
    when_full: WhenFull,
) -> Result<(), PushError<T>> {
    let began = Instant::now();
    let deadline = match when_full {
        WhenFull::BlockFor(limit) => began.checked_add(limit),
        _ => None,
    };
    let mut refused = refused;
    let mut has_waited = false;
    loop {
        let item = match refused {
            LaneError::Full(item) => item,
            other => return Err(PushError::Closed(other.into_inner())),
        };
        match when_full {
            WhenFull::Fail => return Err(PushError::Full(item)),
            WhenFull::DropNewest => {
                hub.counters.newest_dropped();
                return Ok(());
            }
            WhenFull::DropOldest => {
                let mut scrap = door.with(|inlet| {
                    let mut scrap = core::mem::take(&mut inlet.scrap);
                    inlet.lane.remove_oldest(&mut scrap);
                    scrap
                });
                hub.counters.oldest_dropped(scrap.len());
                // Outside the lock of a shared lane: what a drop does is the item's own affair.
                scrap.clear();
                door.with(|inlet| inlet.scrap = scrap);
            }
            WhenFull::Block | WhenFull::BlockFor(_) => {
                if door.with(|inlet| inlet.station.is_worker()) {
                    return Err(PushError::InCallback(item));
                }
                let waiting = Instant::now();
                let has_room = door.wait_for_room(deadline);
                hub.counters.waited(waiting.elapsed());
                has_waited = true;
                if !has_room {
                    return Err(PushError::TimedOut(item));
                }
            }
        }
        let (pushed, has_room) = door.with(|inlet| {
            let pushed = inlet.push(item);
            (pushed, has_waited && inlet.lane.has_room())
        });
        match pushed {
            Ok(()) => {
                if has_room {
                    door.wake_next();
                }
                return Ok(());
            }
            Err(again) => refused = again,
        }
    }
}
