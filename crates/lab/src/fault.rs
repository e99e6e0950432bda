//! Why a run gave no measurement.

/// A run that gave none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The subject did something that it must not.
    #[error("{0}")]
    Wrong(String),
    /// The cell cannot run here, or says nothing of this subject.
    #[error("skipped: {0}")]
    Skipped(String),
}
