//! Which machines can tell whether a claim holds.

use crate::Machine;

/// What a machine must have for a test to say something; a claim about eight processors is neither true nor
/// false on two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// So many processors at the least.
    pub cores: Option<usize>,
    /// This operating system, such as `macos`.
    pub os: Option<String>,
    /// This architecture, such as `aarch64`.
    pub arch: Option<String>,
}

impl Needs {
    /// What a machine lacks, where it lacks something.
    pub fn lacking(&self, machine: &Machine) -> Option<String> {
        let too_few = self.cores.filter(|&cores| machine.cores < cores);
        let cores =
            too_few.map(|n| format!("needs {n} processors, and there are {}", machine.cores));
        let other = |wanted: &Option<String>, found: &str| {
            let wanted = wanted.as_ref().filter(|wanted| *wanted != found)?;
            Some(format!("needs {wanted}, and this is {found}"))
        };
        cores.or_else(|| other(&self.os, &machine.os)).or_else(|| other(&self.arch, &machine.arch))
    }
}
