//! The processors: what sets their pace, and whom they are shared with by construction.

use super::{Check, State};
use crate::machine::{Frequency, Hardware, Settings, hypervisor};
use crate::processors;

pub(super) fn checks() -> [Check; 5] {
    let settings = Settings::now();
    let hypervisor = hypervisor();
    [
        governor(&settings.frequencies),
        turbo(settings.turbo),
        siblings(Hardware::now().smt, hypervisor.is_some()),
        guest(hypervisor),
        quota(settings.cpu_quota, processors::all().len()),
    ]
}

fn governor(frequencies: &[Frequency]) -> Check {
    let name = "governor";
    let mut governors: Vec<&str> =
        frequencies.iter().filter_map(|frequency| frequency.governor.as_deref()).collect();
    governors.sort_unstable();
    governors.dedup();
    if governors.is_empty() {
        return Check::unknown(name, "look for drift: rows of one cell that grow with time");
    }
    let state = if governors == ["performance"] { State::Good } else { State::Warn };
    let advice = "clock rates follow the load; `cpupower frequency-set -g performance`";
    Check::in_state(name, state, governors.join(", "), advice)
}

fn turbo(turbo: Option<bool>) -> Check {
    let advice = "one thread runs at a higher clock rate than many, which bends curves over \
                  threads; write 1 to `intel_pstate/no_turbo` or 0 to `cpufreq/boost`";
    match turbo {
        None => Check::unknown("turbo", "one thread may run at a higher clock rate than many"),
        Some(false) => Check::good("turbo", "off"),
        Some(true) => Check::in_state("turbo", State::Warn, "on", advice),
    }
}

/// A guest sees the cores that its hypervisor makes up.
fn siblings(smt: Option<bool>, is_guest: bool) -> Check {
    let name = "siblings of a core";
    let advice = "two threads may share a core; place one on each, or write `off` to \
                  `/sys/devices/system/cpu/smt/control`";
    match smt {
        None => Check::unknown(name, "two processors may be one core"),
        Some(false) if is_guest => Check::in_state(
            name,
            State::Unknown,
            "none, says the hypervisor",
            "two processors may be one core all the same",
        ),
        Some(false) => Check::good(name, "none: a core runs one thread at a time"),
        Some(true) => Check::in_state(name, State::Warn, "a core runs several threads", advice),
    }
}

fn guest(hypervisor: Option<String>) -> Check {
    let advice = "cores may be threads of cores that others use; watch steal, and repeat what \
                  matters on a machine of its own";
    match hypervisor {
        None => Check::good("hypervisor", "none to be seen"),
        Some(kind) => Check::in_state("hypervisor", State::Warn, kind, advice),
    }
}

fn quota(quota: Option<f64>, n_processors: usize) -> Check {
    let name = "processor quota";
    let Some(quota) = quota else { return Check::good(name, "none") };
    let state = if quota >= n_processors as f64 { State::Good } else { State::Bad };
    let found = format!("{quota:.2} of {n_processors} processors' time");
    Check::in_state(name, state, found, "threads are stopped when it is used up; raise `cpu.max`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_performance_is_a_good_governor() {
        let all = |governors: &[&str]| {
            let toml = |governor| format!("processors = 1\ngovernor = \"{governor}\"\n");
            let frequencies: Vec<Frequency> = governors
                .iter()
                .map(|governor| toml::from_str(&toml(governor)).expect("a frequency"))
                .collect();
            self::governor(&frequencies)
        };
        assert_eq!(all(&["performance", "performance"]).state, State::Good);
        let mixed = all(&["schedutil", "performance"]);
        assert_eq!((mixed.state, mixed.found.as_str()), (State::Warn, "performance, schedutil"));
        assert_eq!(all(&[]).state, State::Unknown);
    }

    #[test]
    fn what_is_not_told_is_unknown() {
        let states = |value| [turbo(value).state, siblings(value, false).state];
        assert_eq!(states(None), [State::Unknown; 2]);
        assert_eq!(states(Some(false)), [State::Good; 2]);
        assert_eq!(states(Some(true)), [State::Warn; 2]);
        assert_eq!(siblings(Some(false), true).state, State::Unknown);
        assert_eq!(guest(Some("KVM".to_owned())).found, "KVM");
    }

    #[test]
    fn quota_below_the_processors_is_bad() {
        assert_eq!(quota(None, 4).state, State::Good);
        assert_eq!(quota(Some(4.0), 4).state, State::Good);
        assert_eq!(quota(Some(3.5), 4).state, State::Bad);
    }
}
