//! What a counter is measured by: it adds one, and knows the sum.

use super::contended::Contended;
use super::work::Work;

/// A counter.
pub trait CounterSubject: Send + Sync + Sized + 'static {
    /// A counter at 0 for so many threads.
    fn new(threads: usize) -> Self;

    /// Adds one for the thread of this number.
    fn add(&self, thread: usize);

    /// The sum, once all threads have ended.
    fn total(&self) -> u64;

    /// Adds one so many times, with `outside` after each. What has more to do before and after than
    /// in between does that here.
    #[inline]
    fn add_all(&self, thread: usize, n: u64, outside: Work) {
        for _ in 0..n {
            self.add(thread);
            outside.run();
        }
    }
}

/// A counter at work.
pub(super) struct Counted<C> {
    counter: C,
    outside: Work,
}

impl<C: CounterSubject> Counted<C> {
    pub(super) fn new(threads: usize, outside: Work) -> Self {
        Self { counter: C::new(threads), outside }
    }
}

impl<C: CounterSubject> Contended for Counted<C> {
    fn burst(&self, thread: usize, n: u64) {
        self.counter.add_all(thread, n, self.outside);
    }

    fn fault(&self, operations: u64) -> Option<String> {
        let total = self.counter.total();
        (total != operations).then(|| format!("{total} of {operations} operations were counted"))
    }
}
