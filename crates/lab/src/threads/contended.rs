//! What threads contend for.

/// What threads do.
pub(super) trait Contended: Send + Sync {
    /// Does `n` operations as the thread of this number.
    fn burst(&self, thread: usize, n: u64);

    /// What is wrong, after so many operations of all threads, which have ended.
    fn fault(&self, operations: u64) -> Option<String>;
}
