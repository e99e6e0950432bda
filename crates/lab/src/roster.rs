//! The subjects of a model, each with what measures it.

use crate::{Fault, Subject};

/// Subjects in the order of tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roster<T: 'static>(pub(crate) &'static [(Subject, T)]);

impl<T: Copy> Roster<T> {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<Subject> {
        self.0.iter().map(|(subject, _)| *subject).collect()
    }

    /// What measures the subject of a name.
    pub(crate) fn find(&self, name: &str) -> Result<T, Fault> {
        let found = self.0.iter().find(|(subject, _)| subject.name == name);
        found.map(|(_, how)| *how).ok_or_else(|| Fault::Skipped(format!("no subject `{name}`")))
    }
}
