//! The gate: every item exactly once, and those of a producer in their order.
//!
//! An item is the producer's number above 48 bits of its count, so that the successor of an item is
//! that item plus one, and a row of successors is checked without a branch for each.

use std::sync::mpsc;
use std::time::Instant;

use super::Sink;

/// The bits of an item below its producer's number.
const COUNT_BITS: u32 = 48;
/// The items that are looked at in one go.
const ROW: usize = 64;

/// The item with this count of a producer.
pub(super) fn item(producer: usize, count: u64) -> u64 {
    ((producer as u64) << COUNT_BITS) | count
}

/// A sink that counts and checks, and tells the result when it is dropped.
#[derive(Debug)]
pub(super) struct Tally {
    /// For each producer the item that must come next.
    next: Vec<u64>,
    in_order: bool,
    told: Told,
    teller: mpsc::Sender<Told>,
}

/// What a [`Tally`] has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    count: u64,
    sum: u64,
    /// Of subjects that promise no order: what tells one item from two others of the same sum.
    squares: u64,
    /// Items that were not the next of their producer.
    strays: u64,
    /// When the worker let go.
    pub(super) finished: Instant,
}

impl Tally {
    /// A gate for so many producers, and where it tells what it saw. The items of a producer must
    /// come in order if `in_order`.
    pub(super) fn new(producers: usize, in_order: bool) -> (Self, mpsc::Receiver<Told>) {
        let (teller, told) = mpsc::channel();
        let nothing = Told { count: 0, sum: 0, squares: 0, strays: 0, finished: Instant::now() };
        let next = (0..producers).map(|producer| item(producer, 0)).collect();
        (Self { next, in_order, told: nothing, teller }, told)
    }

    /// The producer of an item, and its count.
    pub(super) fn parts(item: u64) -> (usize, u64) {
        ((item >> COUNT_BITS) as usize, item & ((1 << COUNT_BITS) - 1))
    }

    #[inline]
    fn check(&mut self, item: u64) {
        if !self.in_order {
            self.told.squares = self.told.squares.wrapping_add(item.wrapping_mul(item));
            return;
        }
        match self.next.get_mut((item >> COUNT_BITS) as usize) {
            Some(next) => {
                self.told.strays += u64::from(*next != item);
                *next = item.wrapping_add(1);
            }
            None => self.told.strays += 1,
        }
    }

    /// Checks a row whose items follow one another.
    #[inline]
    fn check_run(&mut self, first: u64, last: u64) {
        self.check(first);
        if let Some(next) = self.next.get_mut((last >> COUNT_BITS) as usize) {
            *next = last.wrapping_add(1);
        }
    }
}

impl Sink for Tally {
    #[inline]
    fn one(&mut self, item: u64) {
        self.told.count += 1;
        self.told.sum = self.told.sum.wrapping_add(item);
        self.check(item);
    }

    fn many(&mut self, items: &[u64]) {
        self.told.count += items.len() as u64;
        for row in items.chunks(ROW) {
            let sum = row.iter().fold(0u64, |sum, item| sum.wrapping_add(*item));
            self.told.sum = self.told.sum.wrapping_add(sum);
            let steps = row.iter().zip(&row[1..]);
            let gaps = steps.fold(0, |gaps, (a, b)| gaps | (b.wrapping_sub(*a) ^ 1));
            if gaps == 0 && self.in_order {
                self.check_run(row[0], row[row.len() - 1]);
            } else {
                row.iter().for_each(|item| self.check(*item));
            }
        }
    }

    fn totals(&mut self, count: u64, sum: u64) {
        self.told.count += count;
        self.told.sum = self.told.sum.wrapping_add(sum);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.told.finished = Instant::now();
        // Nobody listens to a run that was given up.
        let _ = self.teller.send(self.told.clone());
    }
}

impl Told {
    /// Items delivered.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// What is wrong, where each producer pushed so many items; none where nothing is.
    pub(super) fn fault(&self, pushed: &[u64]) -> Option<String> {
        let count: u64 = pushed.iter().sum();
        if self.count != count {
            return Some(format!("{count} items were pushed and {} delivered", self.count));
        }
        if self.strays > 0 {
            return Some(format!("{} items came out of order", self.strays));
        }
        let all = |of: fn(usize, u64) -> u64| {
            pushed
                .iter()
                .zip(0..)
                .fold(0u64, |sum, (&n, producer)| sum.wrapping_add(of(producer, n)))
        };
        let is_same =
            self.sum == all(sum_of) && (self.squares == 0 || self.squares == all(squares_of));
        (!is_same).then(|| "the items delivered are not those that were pushed".to_owned())
    }
}

/// The sum of the first `n` items of a producer.
fn sum_of(producer: usize, n: u64) -> u64 {
    let counts = (u128::from(n) * u128::from(n.saturating_sub(1)) / 2) as u64;
    item(producer, 0).wrapping_mul(n).wrapping_add(counts)
}

/// The sum of the squares of the first `n` items of a producer: of (b + c)^2 over the counts c.
fn squares_of(producer: usize, n: u64) -> u64 {
    let b = item(producer, 0);
    let n_wide = u128::from(n);
    let counts = (n_wide * n_wide.saturating_sub(1) / 2) as u64;
    let squares = (n_wide * n_wide.saturating_sub(1) * (2 * n_wide).saturating_sub(1) / 6) as u64;
    let with_b = b.wrapping_mul(b).wrapping_mul(n);
    with_b.wrapping_add(b.wrapping_mul(2).wrapping_mul(counts)).wrapping_add(squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(producer: usize, n: u64) -> Vec<u64> {
        (0..n).map(|count| item(producer, count)).collect()
    }

    /// What the gate says of these items, given in rows and one by one.
    fn fault(rows: &[&[u64]], pushed: &[u64]) -> Option<String> {
        let said = [true, false].map(|in_rows| {
            let (mut tally, told) = Tally::new(pushed.len(), true);
            for row in rows {
                match in_rows {
                    true => tally.many(row),
                    false => row.iter().for_each(|item| tally.one(*item)),
                }
            }
            drop(tally);
            told.recv().expect("it tells when it is dropped").fault(pushed)
        });
        assert_eq!(said[0], said[1], "a row is checked as its items are");
        said[0].clone()
    }

    #[test]
    fn items_in_the_order_of_each_producer_pass() {
        let (a, b) = (items(0, 300), items(1, 200));
        assert_eq!(fault(&[&a, &b], &[300, 200]), None);
        let mixed: Vec<u64> = a.iter().zip(&b).flat_map(|(a, b)| [*a, *b]).collect();
        assert_eq!(fault(&[&mixed, &a[200..]], &[300, 200]), None);
        assert_eq!(fault(&[], &[0, 0]), None);
    }

    #[test]
    fn lost_repeated_and_swapped_items_are_noticed() {
        let all = items(0, 200);
        let said = fault(&[&all[..100], &all[101..]], &[200]).expect("one is lost");
        assert_eq!(said, "200 items were pushed and 199 delivered");
        let said = fault(&[&all, &all[199..]], &[200]).expect("one came twice");
        assert_eq!(said, "200 items were pushed and 201 delivered");
        let mut swapped = all.clone();
        swapped.swap(64, 65);
        assert!(fault(&[&swapped], &[200]).expect("two are swapped").ends_with("out of order"));
        // One lost and another repeated leave the number as it is.
        let mut other = all.clone();
        other[100] = other[99];
        assert!(fault(&[&other], &[200]).expect("one is another").ends_with("out of order"));
    }

    #[test]
    fn item_of_no_producer_is_noticed() {
        let mut all = items(0, 200);
        all[199] = item(7, 199);
        assert!(fault(&[&all], &[200]).expect("of no producer").ends_with("out of order"));
    }

    #[test]
    fn subject_without_order_may_mix_and_may_not_lose() {
        let said = |items: &[u64]| {
            let (mut tally, told) = Tally::new(2, false);
            tally.many(items);
            drop(tally);
            told.recv().expect("it tells when it is dropped").fault(&[300, 200])
        };
        let mut all: Vec<u64> = items(1, 200).into_iter().chain(items(0, 300)).collect();
        all.reverse();
        assert_eq!(said(&all), None);
        // Two others of the same sum.
        (all[10], all[20]) = (all[10] + 1, all[20] - 1);
        assert!(said(&all).is_some());
        assert!(said(&all[1..]).is_some());
    }

    #[test]
    fn totals_are_checked_by_number_and_sum() {
        let told = |count, sum| {
            let (mut tally, told) = Tally::new(2, true);
            tally.totals(count, sum);
            drop(tally);
            told.recv().expect("it tells when it is dropped").fault(&[2, 1])
        };
        let sum = item(0, 0) + item(0, 1) + item(1, 0);
        assert_eq!(told(3, sum), None);
        assert!(told(2, sum).is_some() && told(3, sum + 1).is_some());
    }
}
