//! Claims of others, each replayed on the machine at hand: it holds, it does not, or why that cannot
//! be said.
//!
//! A claim is a table in `benches/claims.toml`: what was said and by whom, and tests of the samples
//! of a question. A test is a bound on a measure of a subject in a cell, or on its quotient with
//! another.

mod needs;
mod read;
mod report;
mod verdict;

pub use needs::Needs;
pub use report::claims_page;
pub use verdict::{ClaimVerdict, Finding};

use crate::Value;

/// What somebody said.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Claim {
    /// Its short name, such as `C16`.
    pub id: String,
    /// Whose it is.
    pub source: String,
    /// What was said.
    pub said: String,
    /// Why it is so here, or why it cannot be tested.
    pub why: String,
    /// What is tested.
    pub tests: ClaimTests,
}

/// What a claim is tested by.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClaimTests {
    /// All of these have to pass.
    All(Vec<ClaimTest>),
    /// What it is about is not built yet.
    NotYet,
    /// It cannot be tested on any machine of this kind.
    Cannot,
}

/// A bound.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClaimTest {
    /// The question whose samples tell.
    pub question: String,
    /// On which machines they do.
    pub needs: Needs,
    /// What is bounded.
    pub of: Quantity,
    /// By what it is divided first, if by anything.
    pub over: Option<Quantity>,
    /// The measure.
    pub measure: String,
    /// The least that it may be.
    pub at_least: Option<f64>,
    /// The most that it may be.
    pub at_most: Option<f64>,
}

/// A subject in a cell, which is named by what differs from what a model has by itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantity {
    /// The model.
    pub model: String,
    /// The subject.
    pub subject: String,
    /// Parameters.
    pub at: Vec<(String, Value)>,
}
