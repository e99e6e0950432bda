//! Places that producers reserve with one `fetch_add` and fill without a lock.

mod collector;
mod ring;

use core::fmt;

use inrush_sync::shim::Arc;
use inrush_sync::{Alignment, Bytes, DEFAULT_PADDING};

use super::worker::Worker;
use crate::{Batching, PushError, Setting};

pub use collector::Collector;
pub use ring::{Place, Refusal, Ring};

/// A batcher whose producers reserve a place in the current block with one `fetch_add`, put the
/// item there and count it with another; whoever counts the last one hands the block over.
///
/// No producer ever waits for another one to put its item, only for an empty block. But both
/// counters are shared by all, and each item moves both lines from one processor to the next: that
/// nobody holds a lock does not make it fast. `PADDING` keeps the counters and the places on lines
/// of their own; it is 0, 64, 128 or 256.
///
/// A place may be reserved before there is an item for it, see [`reserve`](Self::reserve).
pub struct SlotBatcher<T, const PADDING: usize = DEFAULT_PADDING>
where
    Bytes<PADDING>: Alignment,
{
    ring: Arc<Ring<T, PADDING>>,
    worker: Worker,
}

/// Why there is no place for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveError {
    /// The batcher takes no more items.
    Closed,
    /// There is no room, and the thread that would make some is this one: the call came from inside
    /// `deliver`.
    InCallback,
}

impl ReserveError {
    fn of<T>(self, item: T) -> PushError<T> {
        match self {
            Self::Closed => PushError::Closed(item),
            Self::InCallback => PushError::InCallback(item),
        }
    }
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.of(()), f)
    }
}

impl std::error::Error for ReserveError {}

impl<T, const PADDING: usize> SlotBatcher<T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    /// Reserves the next place, and waits while there is none: for an item that is to be made where
    /// it stands in the order.
    ///
    /// What is behind the place waits for it. A reservation that is dropped gives its place up; one
    /// that is leaked holds up everything behind it until the batcher is closed, and a thread that
    /// holds one and pushes on may wait for itself.
    ///
    /// ```
    /// use inrush_batch::{Batching, Setting, comparators::SlotBatcher};
    ///
    /// let batcher = SlotBatcher::<String>::start(Setting::default(), |batch| println!("{batch:?}"));
    /// let place = batcher.reserve()?;
    /// place.commit("an item".to_owned())?;
    /// drop(batcher.reserve()?);
    /// assert_eq!(batcher.close(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The batcher is closed; or there is no place, and the call comes from inside `deliver`.
    #[inline]
    pub fn reserve(&self) -> Result<Reservation<'_, T, PADDING>, ReserveError> {
        let place = match self.ring.try_reserve() {
            Some(place) => place,
            None => self.reserve_slow()?,
        };
        Ok(Reservation { ring: &self.ring, place: Some(place) })
    }

    #[cold]
    fn reserve_slow(&self) -> Result<Place, ReserveError> {
        let reserved = if self.worker.is_current() {
            self.ring.reserve_as_worker()
        } else {
            self.ring.reserve()
        };
        reserved.map_err(|refusal| match refusal {
            Refusal::Closed => ReserveError::Closed,
            Refusal::Full => ReserveError::InCallback,
        })
    }
}

impl<T: Send + 'static, const PADDING: usize> Batching<T> for SlotBatcher<T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self {
        let (ring, collector) = Ring::new(setting);
        Self { ring, worker: Worker::spawn(collector, deliver) }
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), PushError<T>> {
        match self.reserve() {
            Ok(reservation) => Ok(reservation.commit(item)?),
            Err(error) => Err(error.of(item)),
        }
    }

    fn flush(&self) {
        self.ring.flush();
    }

    fn close(&self) -> u64 {
        self.ring.close();
        self.worker.join()
    }
}

impl<T, const PADDING: usize> Drop for SlotBatcher<T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    fn drop(&mut self) {
        self.ring.close();
        self.worker.join();
    }
}

impl<T, const PADDING: usize> fmt::Debug for SlotBatcher<T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlotBatcher").field("worker", &self.worker).finish_non_exhaustive()
    }
}

/// A place in the order of items; from [`SlotBatcher::reserve`]. Dropping it gives the place up.
#[must_use = "the place is given up as soon as this is dropped"]
pub struct Reservation<'a, T, const PADDING: usize = DEFAULT_PADDING>
where
    Bytes<PADDING>: Alignment,
{
    ring: &'a Ring<T, PADDING>,
    place: Option<Place>,
}

impl<T, const PADDING: usize> Reservation<'_, T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    /// Puts the item there.
    ///
    /// # Errors
    ///
    /// The item, when the batcher was closed meanwhile and did not wait for it.
    #[inline]
    pub fn commit(mut self, item: T) -> Result<(), PushError<T>> {
        match self.place.take() {
            Some(place) => self.ring.commit(place, item).map_err(PushError::Closed),
            None => unreachable!("only a drop or a commit takes the place, and either ends this"),
        }
    }
}

impl<T, const PADDING: usize> Drop for Reservation<'_, T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.ring.give_up(place);
        }
    }
}

impl<T, const PADDING: usize> fmt::Debug for Reservation<'_, T, PADDING>
where
    Bytes<PADDING>: Alignment,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reservation").field("place", &self.place).finish_non_exhaustive()
    }
}
