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

impl Fault {
    /// The subject's own fault, with all that led to it.
    pub(crate) fn wrong(error: anyhow::Error) -> Self {
        Self::Wrong(format!("{error:#}"))
    }

    /// Nobody's fault, with all that led to it.
    pub(crate) fn skipped(error: anyhow::Error) -> Self {
        Self::Skipped(format!("{error:#}"))
    }
}
