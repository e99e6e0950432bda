//! What others took of the processors while a sample was taken, as it is kept with the sample.

use serde::{Deserialize, Serialize};

use crate::machine::{Others, Taken};

/// The share of the processor time from which on a run is not one of this program.
const TOO_MUCH: f64 = 0.2;

/// Shares of all processor time while a process ran. What a system does not tell is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Disturbance {
    /// Other programs and the kernel's own threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_fraction: Option<f64>,
    /// What the hypervisor gave to other machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal_fraction: Option<f64>,
}

impl Disturbance {
    /// Does `work`, and says what others took meanwhile.
    pub(crate) fn during<T>(work: impl FnOnce() -> T) -> (T, Self) {
        let others = Others::begin();
        let done = work();
        (done, others.end().map(Self::from).unwrap_or_default())
    }

    /// Who took so much that another run may do better, if anybody did.
    pub fn complaint(&self) -> Option<String> {
        let taken =
            [(self.other_fraction, "other programs"), (self.steal_fraction, "other machines")];
        taken.iter().find_map(|&(fraction, whose)| {
            let percent = fraction.filter(|&fraction| fraction > TOO_MUCH)? * 100.0;
            Some(format!("{whose} took {percent:.0}% of the processor time"))
        })
    }
}

impl From<Taken> for Disturbance {
    fn from(taken: Taken) -> Self {
        let Taken { other_fraction, steal_fraction } = taken;
        Self { other_fraction: Some(other_fraction), steal_fraction: Some(steal_fraction) }
    }
}
