//! Who else uses the processors now.

use std::thread;
use std::time::Duration;

use super::{Check, State};
use crate::machine::{self, Others};

/// The load is looked at first: it is of the minute before.
pub(super) fn checks(watch: Duration) -> [Check; 3] {
    let n_processors = thread::available_parallelism().map_or(1, usize::from);
    let load = load(machine::load(), n_processors);
    let others = Others::begin();
    if !watch.is_zero() {
        // Nothing is waited for: whatever runs meanwhile is what is looked for.
        thread::sleep(watch);
    }
    let taken = others.end();
    let programs = taken.map(|taken| taken.other_fraction);
    let machines = taken.map(|taken| taken.steal_fraction);
    [load, share("other programs", programs), share("other machines", machines)]
}

fn load(load: Option<f64>, n_processors: usize) -> Check {
    let Some(load) = load else { return Check::unknown("load", "see what else runs") };
    let each = load / n_processors as f64;
    let found = format!("{load:.2} over the last minute, {n_processors} processors");
    Check::in_state(
        "load",
        State::of_at_most(each, 0.25, 0.5),
        found,
        "wait until it has gone down",
    )
}

/// The bounds are those from which a record and a sample are called disturbed.
fn share(name: &'static str, fraction: Option<f64>) -> Check {
    let Some(fraction) = fraction else {
        return Check::unknown(name, "compare rows of one cell over time");
    };
    let found = format!("took {:.1}% of the processor time", fraction * 100.0);
    let advice = "end what runs beside, or measure when it rests";
    Check::in_state(name, State::of_at_most(fraction, 0.05, 0.2), found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_counts_for_each_processor() {
        assert_eq!(load(Some(1.0), 4).state, State::Good);
        assert_eq!(load(Some(1.0), 2).state, State::Warn);
        assert_eq!(load(Some(3.0), 2).state, State::Bad);
        assert_eq!(load(None, 2).state, State::Unknown);
    }

    #[test]
    fn shares_are_percentages() {
        let check = share("other programs", Some(0.123));
        assert_eq!(check.state, State::Warn);
        assert_eq!(check.found, "took 12.3% of the processor time");
        assert_eq!(share("other machines", None).state, State::Unknown);
    }
}
