//! What a thread did, and what that says of all.

use std::time::{Duration, Instant};

/// The time in which threads are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) begin: Instant,
    pub(super) end: Instant,
}

impl Window {
    pub(super) fn new(begin: Instant, duration: Duration) -> Self {
        Self { begin, end: begin + duration }
    }

    /// The part of the thread of this number, where they come one after the other.
    pub(super) fn part(self, number: usize, threads: usize) -> Self {
        let part = self.duration() / threads as u32;
        Self::new(self.begin + part * number as u32, part)
    }

    pub(super) fn duration(self) -> Duration {
        self.end.duration_since(self.begin)
    }

    /// The share of the span from `from` to `to` that lies inside.
    fn share(self, from: Instant, to: Instant) -> f64 {
        let inside = to.min(self.end).saturating_duration_since(from.max(self.begin));
        let all = to.saturating_duration_since(from);
        if all.is_zero() { 0.0 } else { inside.as_secs_f64() / all.as_secs_f64() }
    }
}

/// What a thread did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worked {
    /// All operations.
    pub(super) operations: u64,
    /// Those in the window; of a burst that lies in it in part, a part.
    pub(super) in_window: f64,
    /// From before its first operation to after its last.
    span: Option<(Instant, Instant)>,
    /// The longest burst that touches the window.
    longest: Duration,
    /// Whether it was where it was to be.
    is_pinned: bool,
}

impl Worked {
    pub(super) fn new(is_pinned: bool) -> Self {
        let longest = Duration::ZERO;
        Self { operations: 0, in_window: 0.0, span: None, longest, is_pinned }
    }

    /// Notes a burst of `n` operations.
    pub(super) fn note(&mut self, n: u64, from: Instant, to: Instant, window: Window) {
        self.operations += n;
        let share = window.share(from, to);
        self.in_window += n as f64 * share;
        if share > 0.0 {
            self.longest = self.longest.max(to.duration_since(from));
        }
        self.span = Some((self.span.map_or(from, |(first, _)| first), to));
    }
}

/// What all threads did in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Together {
    /// Operations in the window.
    pub(super) operations: f64,
    /// Jain, Chiu and Hawe, "A Quantitative Measure of Fairness" (1984): (sum x)^2 / (n sum x^2),
    /// 1 where all threads did as much, 1/n where one did all.
    pub(super) jain: f64,
    /// The operations of the thread that did least over those of the one that did most.
    pub(super) min_over_max: f64,
    /// The longest burst of any thread.
    pub(super) longest_gap: Duration,
    /// The share of the window in which as many threads as there are processors for them had begun
    /// and had not ended.
    pub(super) overlap: f64,
    /// The share of threads that did something in the window.
    pub(super) at_work: f64,
    /// Whether all were where they were to be.
    pub(super) is_pinned: bool,
}

impl Together {
    /// Of threads that had so many processors.
    pub(super) fn of(worked: &[Worked], window: Window, width: usize) -> Self {
        let counts = || worked.iter().map(|worked| worked.in_window);
        let sum: f64 = counts().sum();
        let squares: f64 = counts().map(|count| count * count).sum();
        let n = worked.len() as f64;
        let most = counts().fold(0.0, f64::max);
        let least = counts().fold(f64::INFINITY, f64::min);
        let at_work = counts().filter(|&count| count > 0.0).count();
        Self {
            operations: sum,
            jain: if squares > 0.0 { sum * sum / (n * squares) } else { 0.0 },
            min_over_max: if most > 0.0 { least / most } else { 0.0 },
            longest_gap: worked.iter().map(|worked| worked.longest).max().unwrap_or_default(),
            overlap: overlap(worked, window, width.min(worked.len())),
            at_work: at_work as f64 / n,
            is_pinned: worked.iter().all(|worked| worked.is_pinned),
        }
    }
}

fn overlap(worked: &[Worked], window: Window, enough: usize) -> f64 {
    let mut events: Vec<(Instant, i64)> = Vec::with_capacity(2 * worked.len());
    for (first, last) in worked.iter().filter_map(|worked| worked.span) {
        events.push((first.clamp(window.begin, window.end), 1));
        events.push((last.clamp(window.begin, window.end), -1));
    }
    events.sort_unstable();
    let (mut present, mut since, mut together) = (0, window.begin, Duration::ZERO);
    for (at, change) in events {
        if present >= enough as i64 {
            together += at.duration_since(since);
        }
        present += change;
        since = at;
    }
    together.as_secs_f64() / window.duration().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Threads that worked from and to these milliseconds of a window of 100, an operation each.
    fn together(spans: &[(u32, u32)], width: usize) -> Together {
        let begin = Instant::now();
        let window = Window::new(begin, 100 * MS);
        let worked: Vec<Worked> = spans
            .iter()
            .map(|&(from, to)| {
                let mut worked = Worked::new(true);
                worked.note(u64::from(to - from), begin + from * MS, begin + to * MS, window);
                worked
            })
            .collect();
        Together::of(&worked, window, width)
    }

    #[test]
    fn threads_one_after_the_other_do_not_overlap() {
        let all = together(&[(0, 100), (0, 100)], 2);
        assert_eq!((all.overlap, all.jain, all.min_over_max), (1.0, 1.0, 1.0));
        assert_eq!(together(&[(0, 50), (50, 100)], 2).overlap, 0.0);
        assert_eq!(together(&[(0, 75), (25, 100)], 2).overlap, 0.5);
        // Four threads on two processors: two at a time are enough.
        assert_eq!(together(&[(0, 50), (0, 50), (50, 100), (50, 100)], 2).overlap, 1.0);
        // And on one processor one is.
        assert_eq!(together(&[(0, 50), (50, 100)], 1).overlap, 1.0);
    }

    #[test]
    fn unfair_threads_are_seen() {
        let unfair = together(&[(0, 100), (0, 25)], 2);
        assert_eq!(unfair.min_over_max, 0.25);
        assert!((unfair.jain - 125.0 * 125.0 / (2.0 * (10_000.0 + 625.0))).abs() < 1e-12);
        assert_eq!((unfair.longest_gap, unfair.at_work), (100 * MS, 1.0));
    }

    #[test]
    fn burst_at_the_edge_counts_in_part() {
        let begin = Instant::now() + 100 * MS;
        let window = Window::new(begin, 100 * MS);
        let mut worked = Worked::new(true);
        worked.note(40, begin - 30 * MS, begin + 10 * MS, window);
        assert!((worked.in_window - 10.0).abs() < 1e-9, "{worked:?}");
        worked.note(8, begin + 100 * MS, begin + 120 * MS, window);
        assert!((worked.in_window - 10.0).abs() < 1e-9, "{worked:?}");
        assert_eq!((worked.operations, worked.longest), (48, 40 * MS));
    }
}
