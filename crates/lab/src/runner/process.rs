//! A request in a process of its own.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{Answer, Disturbance, Ended, Fault, Outcome, Request, ask_within, counters, models};

/// How long a process may take beside the measured part.
const LIMIT: Duration = Duration::from_secs(60);

/// Does a request in this process.
pub fn measured(request: &Request) -> Outcome {
    counters::start();
    let (shown, disturbance) = Disturbance::during(|| models::measure(request));
    match shown {
        Ok(shown) => Outcome::Measured(Answer::new(disturbance, shown)),
        Err(Fault::Skipped(skipped)) => Outcome::Skipped { skipped },
        Err(Fault::Wrong(wrong)) => Outcome::Wrong { wrong },
    }
}

/// Does a request in a process of its own, which gets a folder that is gone afterwards where the
/// request names one.
///
/// # Errors
/// Where the process cannot be started, or the folder cannot be made or removed.
pub fn process(request: &Request) -> Result<Outcome> {
    let Some(folder) = &request.folder else { return asked(request) };
    let folder = tempfile::Builder::new()
        .prefix("inrush-lab-")
        .tempdir_in(folder)
        .with_context(|| format!("make a folder in `{}`", folder.display()))?;
    let outcome = asked(&request.clone().within(folder.path()))?;
    folder.close().context("remove the files of the sample")?;
    Ok(outcome)
}

fn asked(request: &Request) -> Result<Outcome> {
    let limit = LIMIT + request.duration;
    Ok(match ask_within(request, limit)? {
        Ended::Answered(outcome) => outcome,
        Ended::Late => {
            let skipped = format!("it did not end within {} s", limit.as_secs());
            Outcome::Skipped { skipped }
        }
        // A thread that finds no memory for its signal stack takes the process with it.
        Ended::Died(why) => Outcome::Skipped { skipped: format!("the process died: {why}") },
    })
}

impl Request {
    /// The same with files in another folder.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..self }
    }
}
