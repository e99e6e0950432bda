//! What a batcher delivered, and whether it may have.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::item::Item;
use crate::watch::Watched;

/// Every batch, in order.
///
/// A panic inside `deliver` would be the batcher's to catch, so what is wrong is noted there and
/// said when the test looks.
#[derive(Debug)]
pub(crate) struct History {
    batch_size: usize,
    seen: Watched<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    batches: Vec<Vec<(u32, u32)>>,
    n_items: usize,
    faults: Vec<String>,
}

impl History {
    pub(crate) fn new(batch_size: usize) -> Arc<Self> {
        Arc::new(Self { batch_size, seen: Watched::default() })
    }

    /// A `deliver` that notes everything.
    pub(crate) fn recorder(self: &Arc<Self>) -> impl FnMut(&mut Vec<Item>) + Send + 'static {
        let history = Arc::clone(self);
        move |batch| history.record(batch)
    }

    pub(crate) fn record(&self, batch: &[Item]) {
        self.seen.with(|seen| {
            if batch.is_empty() || batch.len() > self.batch_size {
                seen.faults.push(format!("a batch of {} items", batch.len()));
            }
            seen.n_items += batch.len();
            seen.batches.push(batch.iter().map(Item::name).collect());
        });
    }

    pub(crate) fn wait_for_items(&self, n_items: usize) {
        self.seen
            .until(&format!("{n_items} items"), |seen| (seen.n_items >= n_items).then_some(()));
    }

    pub(crate) fn wait_for_batches(&self, n_batches: usize) {
        self.seen.until(&format!("{n_batches} batches"), |seen| {
            (seen.batches.len() >= n_batches).then_some(())
        });
    }

    pub(crate) fn n_items(&self) -> usize {
        self.seen.with(|seen| seen.n_items)
    }

    /// The number of items of each batch.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.seen.with(|seen| seen.batches.iter().map(Vec::len).collect())
    }

    /// The items of one producer, as they came.
    pub(crate) fn of(&self, producer: u32) -> Vec<u32> {
        self.seen.with(|seen| {
            let all = seen.batches.iter().flatten();
            all.filter(|item| item.0 == producer).map(|item| item.1).collect()
        })
    }

    /// Fails unless the items of each producer came once and in order: `0..n` of producer `p` for
    /// `n_items[p]`, and nothing else.
    pub(crate) fn check(&self, n_items: &[u32]) {
        self.seen.with(|seen| {
            assert_eq!(seen.faults, [""; 0], "no batch is empty or too large");
            let mut next: BTreeMap<u32, u32> = BTreeMap::new();
            for &(producer, number) in seen.batches.iter().flatten() {
                let expected = next.entry(producer).or_default();
                assert_eq!(number, *expected, "the next item of producer {producer}");
                *expected += 1;
            }
            for (producer, n) in (0..).zip(n_items) {
                let found = next.remove(&producer).unwrap_or_default();
                assert_eq!(found, *n, "the items of producer {producer}");
            }
            assert!(next.is_empty(), "items that nobody pushed: {next:?}");
        });
    }
}
