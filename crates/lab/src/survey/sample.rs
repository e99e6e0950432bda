//! One run, as it is kept.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Disturbance, Kept};

/// The layout of a line.
const SCHEMA: u32 = 1;

/// A line of a question's `samples.jsonl`: what a subject did at a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurveySample<C, R> {
    /// The layout.
    pub schema: u32,
    /// What was swept.
    pub cell: C,
    /// The name of what was measured.
    pub subject: String,
    /// From 0. The samples of one repetition of a cell ran one after the other.
    pub repetition: u32,
    /// From 0, over all cells: the order in which the samples were taken.
    pub position: u32,
    /// Why it does not count, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// What the process said.
    #[serde(flatten)]
    pub answer: Answer<R>,
}

/// What the process of a sample says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answer<R> {
    /// What others took while it ran.
    #[serde(flatten)]
    pub disturbance: Disturbance,
    /// What was measured; absent where this machine cannot run the subject.
    pub rate: Option<R>,
}

impl<R> Answer<R> {
    /// Does `work` in this process, and notes what others took meanwhile.
    ///
    /// # Errors
    /// That of `work`.
    pub fn of<E>(work: impl FnOnce() -> Result<Option<R>, E>) -> Result<Self, E> {
        let (rate, disturbance) = Disturbance::during(work);
        Ok(Self { disturbance, rate: rate? })
    }
}

impl<C, R> SurveySample<C, R> {
    /// A sample of this layout, which is rejected where others have disturbed it.
    pub fn new(cell: C, subject: &str, repetition: u32, position: u32, answer: Answer<R>) -> Self {
        Self {
            schema: SCHEMA,
            cell,
            subject: subject.to_owned(),
            repetition,
            position,
            rejected: answer.disturbance.complaint(),
            answer,
        }
    }

    /// What it shows, where it counts.
    pub fn counted(&self) -> Option<&R> {
        self.answer.rate.as_ref().filter(|_| self.rejected.is_none())
    }
}

impl<C, R> Kept for SurveySample<C, R>
where
    C: Serialize + DeserializeOwned,
    R: Serialize + DeserializeOwned,
{
    const SCHEMA: u32 = SCHEMA;

    fn schema(&self) -> u32 {
        self.schema
    }
}
