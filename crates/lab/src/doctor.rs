//! Whether a machine is fit to measure on.
//!
//! A doctor finds what would spoil samples before any is taken, says what was found, and what to
//! do. It changes nothing. The bounds between good and bad are rules of thumb, the same as those of
//! the warnings that a bench gives; what a system does not tell is unknown, and never good.
//!
//! | module | what it looks at |
//! |---|---|
//! | `processor` | clock rates, siblings of a core, hypervisor, quota |
//! | `company` | load, other programs, other machines |
//! | `clock` | what reading the time costs, and how fine it is |
//! | `together` | whether two threads run at once |
//! | `limits` | threads and open files |
//! | `space` | memory, and the folder that samples write to |
//! | `means` | the build, pinning, counters |

mod check;
mod clock;
mod company;
mod limits;
mod means;
mod processor;
mod space;
mod together;

use std::path::Path;
use std::time::Duration;

pub use check::{Check, State, checks_text};

/// Looks at the machine, at what else runs on it, and at the folder that the samples will write
/// to.
///
/// Others are watched for as long as `watch`, in which this does nothing. Linux counts their time in
/// clock ticks, of which a processor has a hundred a second, so a second is short. What needs work
/// then takes about a third of that. A watch of nothing leaves both unknown. Every check comes
/// once, whatever the system tells.
///
/// # Examples
/// ```
/// use std::time::Duration;
///
/// let checks = inrush_lab::doctor(&std::env::temp_dir(), Duration::from_millis(10));
/// println!("{}", inrush_lab::checks_text(&checks));
/// assert!(checks.iter().any(|check| check.name == "governor"));
/// ```
pub fn doctor(folder: &Path, watch: Duration) -> Vec<Check> {
    let mut checks = vec![means::build()];
    checks.extend(processor::checks());
    checks.extend(company::checks(watch));
    checks.push(clock::check());
    checks.push(together::check(watch / 10));
    checks.extend(limits::checks());
    checks.extend(space::checks(folder));
    checks.extend([means::pinning(), means::counters()]);
    checks
}
