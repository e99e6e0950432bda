//! One model, run against one weakened site or none.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context, Result};

use super::outcome::{self, Outcome};
use super::rewrite::VARIABLE;
use super::sites::Site;
use crate::models::{Bound, Models};
use crate::source::words_of;

/// What loom or the panic hook would otherwise take from the caller.
const NOT_FROM_THE_CALLER: &[&str] = &[
    "LOOM_CHECKPOINT_FILE",
    "LOOM_CHECKPOINT_INTERVAL",
    "LOOM_LOCATION",
    "LOOM_LOG",
    "LOOM_MAX_DURATION",
    "LOOM_MAX_PERMUTATIONS",
    "RUST_BACKTRACE",
];

/// A model with what is known of it.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    models: &'a Models,
    model: &'a str,
    bound: Bound,
    /// How long it takes where nothing is weakened.
    pub(super) time: Duration,
}

impl<'a> Trial<'a> {
    /// Every model, and those that are run without a bound once more.
    pub(super) fn all(models: &'a [Models]) -> Vec<Self> {
        let trial = |models, model, bound| Trial { models, model, bound, time: Duration::ZERO };
        let of_package = |models: &'a Models| {
            let bounded = models.names.iter().map(String::as_str);
            let bounded = bounded.map(move |model| trial(models, model, Bound::Preemptions));
            bounded.chain(models.unbounded().map(move |model| trial(models, model, Bound::None)))
        };
        models.iter().flat_map(of_package).collect()
    }

    /// What the trial is called in the table.
    pub(super) fn label(&self) -> String {
        let suffix = match self.bound {
            Bound::Preemptions => "",
            Bound::None => " without a bound",
        };
        format!("`{}: {}`{suffix}", self.models.package.short_name(), self.model)
    }

    /// Runs the model with the site of this number weakened, or with none, for at most `limit`.
    ///
    /// # Errors
    ///
    /// The model cannot be run at all.
    pub(super) fn run(
        &self,
        workspace: &Path,
        site: Option<usize>,
        limit: Duration,
    ) -> Result<(Outcome, Duration)> {
        let mut command = self.models.command([self.model], self.bound);
        command.args(["--nocapture", "--test-threads", "1"]);
        NOT_FROM_THE_CALLER.iter().for_each(|key| {
            command.env_remove(key);
        });
        match site {
            Some(number) => command.env(VARIABLE, number.to_string()),
            None => command.env_remove(VARIABLE),
        };
        let began = Instant::now();
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let ended = within(limit, child.with_context(|| format!("run {}", self.label()))?)?;
        let text_of = |path: &str| fs::read_to_string(workspace.join(path)).ok();
        let outcome = match ended {
            Ended::TimeIsOver => Outcome::Hung,
            Ended::Passed => Outcome::Passed,
            Ended::Failed(said) => outcome::of_failure(&said, text_of),
        };
        Ok((outcome, began.elapsed()))
    }

    /// How promising the trial is for a site; less comes first.
    pub(super) fn rank(&self, site: &Site, remembered: Option<&str>) -> impl Ord + use<> {
        let is_elsewhere = !site.path.starts_with(&format!("{}/", self.models.package.dir));
        let name = self.model.to_lowercase();
        let mut words: Vec<&str> = words_of(&site.name).map(|(_, word)| word).collect();
        words.extend(site.edges.iter().map(String::as_str));
        words.retain(|word| word.len() > 3);
        words.sort_unstable();
        words.dedup();
        let n_shared = words.iter().filter(|word| name.contains(&word.to_lowercase())).count();
        (
            remembered != Some(self.label().as_str()),
            self.bound,
            is_elsewhere,
            usize::MAX - n_shared,
            // Smaller differences are not the same twice, and the choice should be.
            self.time.as_secs() / 10,
        )
    }
}

enum Ended {
    Passed,
    Failed(String),
    TimeIsOver,
}

/// Waits for a child's end, or ends it when the time is over.
fn within(limit: Duration, mut child: Child) -> Result<Ended> {
    let mut stderr = child.stderr.take().context("the model's standard error is a pipe")?;
    let (done, ended) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut said = Vec::new();
        let result = stderr.read_to_end(&mut said);
        // Nobody listens any more when the time was over.
        let _ = done.send(result.map(|_| said));
    });
    // A process closes its standard error when it ends.
    let said = match ended.recv_timeout(limit) {
        Ok(said) => Some(said.context("read what the model says")?),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            child.kill().context("end the model")?;
            None
        }
    };
    let status = child.wait().context("wait for the model")?;
    // It has only the end of the pipe left to read.
    let _ = reader.join();
    Ok(match said {
        None => Ended::TimeIsOver,
        Some(_) if status.success() => Ended::Passed,
        Some(said) => Ended::Failed(String::from_utf8_lossy(&said).into_owned()),
    })
}
