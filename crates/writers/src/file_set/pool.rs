//! Open handles, of which there are never more than allowed.

use std::num::NonZeroUsize;

use lru::LruCache;

use super::target::Target;

/// The open files of one worker, which is alone in using them: a handle that is given up is never
/// one in use.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    open: LruCache<usize, Target<'a>>,
}

impl<'a> Pool<'a> {
    /// A pool of at most `most` handles.
    pub(super) fn new(most: NonZeroUsize) -> Self {
        // The map grows with what is in it: a limit may be far above the number of files.
        let mut open = LruCache::unbounded();
        open.resize(most);
        Self { open }
    }

    /// The file number `index`, if it is open.
    pub(super) fn get(&mut self, index: usize) -> Option<&mut Target<'a>> {
        self.open.get_mut(&index)
    }

    /// The file whose turn it is to be closed before another one is opened: the one that was used
    /// least recently.
    pub(super) fn make_room(&mut self) -> Option<(usize, Target<'a>)> {
        if self.open.len() < self.open.cap().get() { None } else { self.open.pop_lru() }
    }

    /// The file to be closed where another one could not be opened for lack of handles: then there
    /// are no more than those that are open.
    pub(super) fn shrink(&mut self) -> Option<(usize, Target<'a>)> {
        let most = NonZeroUsize::new(self.open.len())?;
        self.open.resize(most);
        self.open.pop_lru()
    }

    /// Keeps an open file, for which there is room.
    pub(super) fn put(&mut self, index: usize, target: Target<'a>) {
        self.open.put(index, target);
    }

    /// Takes the file number `index` out, if it is open.
    pub(super) fn take(&mut self, index: usize) -> Option<Target<'a>> {
        self.open.pop(&index)
    }
}
