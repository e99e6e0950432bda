//! `--shard`: which part of a job this process makes, as it is told or as its scheduler says.
//!
//! | `auto` reads | which shard | of how many |
//! |---|---|---|
//! | Kubernetes, an Indexed Job | `JOB_COMPLETION_INDEX` | `auto/N`: a pod is not told |
//! | Slurm, an array | `SLURM_ARRAY_TASK_ID`, from `SLURM_ARRAY_TASK_MIN` in steps of `SLURM_ARRAY_TASK_STEP` | `SLURM_ARRAY_TASK_COUNT` |
//! | Open MPI | `OMPI_COMM_WORLD_RANK` | `OMPI_COMM_WORLD_SIZE` |
//! | MPICH, Intel MPI | `PMI_RANK` | `PMI_SIZE` |
//!
//! A guess would be paid for with hours of work on the wrong files. So what two schedulers say at once,
//! what has gaps, and what contradicts a number that was given, is refused.

use std::str::FromStr;

use inrush_dataset::Shard;

use crate::exit::Failure;

/// A shard as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShardChoice {
    /// `3/8`.
    Exactly(Shard),
    /// `auto`, or `auto/8`.
    Auto(Option<u32>),
}

impl FromStr for ShardChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto(None));
        }
        if let Some(count) = text.strip_prefix("auto/") {
            return match count.parse() {
                Ok(count) if count > 0 => Ok(Self::Auto(Some(count))),
                _ => Err(format!("`{count}` is no number of shards: write auto/8 for 8 of them")),
            };
        }
        let shard = text.parse::<Shard>().map_err(|error| match text.contains('/') {
            true => format!("{error}"),
            false => format!("{error}, or auto"),
        });
        shard.map(Self::Exactly)
    }
}

impl ShardChoice {
    /// The shard that it comes to in this process.
    pub(crate) fn resolve(self) -> Result<Shard, Failure> {
        let of_process = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        match self {
            Self::Exactly(shard) => Ok(shard),
            Self::Auto(count) => automatic(count, &of_process).map_err(|message| {
                Failure::usage(format!("--shard auto: {message}"))
                    .hint("--shard i/n says it outright, counted from 0")
            }),
        }
    }
}

/// The value of a variable, if it is set.
type Variable<'v> = dyn Fn(&str) -> Option<String> + 'v;

/// What a scheduler says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    /// The variable with the number of this process.
    variable: &'static str,
    index: u32,
    /// The number of processes, where it tells.
    count: Option<u32>,
}

fn automatic(count: Option<u32>, variable: &Variable<'_>) -> Result<Shard, String> {
    let asked = [kubernetes(variable)?, slurm(variable)?, mpi(variable)?];
    let mut said = asked.into_iter().flatten();
    let Some(first) = said.next() else {
        let all = "JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID, OMPI_COMM_WORLD_RANK, PMI_RANK";
        return Err(format!("no scheduler says which: none of {all} is set"));
    };
    if let Some(second) = said.next() {
        let (one, other) = (first.variable, second.variable);
        return Err(format!("{one} and {other} are both set, by two schedulers"));
    }
    let Said { variable, index, count: told } = first;
    let count = match (count, told) {
        (Some(given), Some(told)) if given != told => {
            return Err(format!("{given} shards were asked for, but {variable} is one of {told}"));
        }
        (Some(count), _) | (None, Some(count)) => count,
        (None, None) => {
            return Err(format!(
                "{variable} is {index}, but Kubernetes does not say of how many: write auto/N, \
                 where N is the `completions` of the Job"
            ));
        }
    };
    Shard::new(index, count).map_err(|error| format!("{variable}: {error}"))
}

/// An Indexed Job.
fn kubernetes(variable: &Variable<'_>) -> Result<Option<Said>, String> {
    let name = "JOB_COMPLETION_INDEX";
    Ok(number(name, variable)?.map(|index| Said { variable: name, index, count: None }))
}

/// A job array, whose numbers begin anywhere and may go in steps.
fn slurm(variable: &Variable<'_>) -> Result<Option<Said>, String> {
    let name = "SLURM_ARRAY_TASK_ID";
    let Some(id) = number(name, variable)? else { return Ok(None) };
    let needed = |name: &str| -> Result<u32, String> {
        let missing = || format!("SLURM_ARRAY_TASK_ID is {id}, but {name} is not set");
        number(name, variable)?.ok_or_else(missing)
    };
    let count = needed("SLURM_ARRAY_TASK_COUNT")?;
    let min = needed("SLURM_ARRAY_TASK_MIN")?;
    let step = number("SLURM_ARRAY_TASK_STEP", variable)?.unwrap_or(1).max(1);
    let last = u64::from(min) + u64::from(step) * u64::from(count.saturating_sub(1));
    let max = number("SLURM_ARRAY_TASK_MAX", variable)?;
    let index = id.checked_sub(min).filter(|above| above % step == 0).map(|above| above / step);
    match index {
        Some(index) if max.is_none_or(|max| u64::from(max) == last) => {
            Ok(Some(Said { variable: name, index, count: Some(count) }))
        }
        _ => Err(format!(
            "SLURM_ARRAY_TASK_ID is {id}, but {count} tasks from {min} on in steps of {step} end at \
             {last}: an array with gaps does not say which shard a task is"
        )),
    }
}

/// The processes of one MPI program. Some implementations speak as two of them do.
fn mpi(variable: &Variable<'_>) -> Result<Option<Said>, String> {
    let world = |rank: &'static str, size: &str| -> Result<Option<Said>, String> {
        let Some(index) = number(rank, variable)? else { return Ok(None) };
        let count = number(size, variable)?;
        let count = count.ok_or_else(|| format!("{rank} is {index}, but {size} is not set"))?;
        Ok(Some(Said { variable: rank, index, count: Some(count) }))
    };
    let open_mpi = world("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")?;
    let mpich = world("PMI_RANK", "PMI_SIZE")?;
    match (open_mpi, mpich) {
        (Some(one), Some(other)) if (one.index, one.count) != (other.index, other.count) => {
            Err("OMPI_COMM_WORLD_RANK and PMI_RANK are both set, and do not agree".to_owned())
        }
        (one, other) => Ok(one.or(other)),
    }
}

/// The number in a variable, if it is set to anything.
fn number(name: &str, variable: &Variable<'_>) -> Result<Option<u32>, String> {
    match variable(name).as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(format!("{name} is `{text}`, which is no number")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(choice: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let choice: ShardChoice = choice.parse()?;
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
        };
        match choice {
            ShardChoice::Exactly(shard) => Ok(shard.to_string()),
            ShardChoice::Auto(count) => automatic(count, &value).map(|shard| shard.to_string()),
        }
    }

    #[track_caller]
    fn is(shard: &str, choice: &str, variables: &[(&str, &str)]) {
        assert_eq!(resolved(choice, variables).as_deref(), Ok(shard), "{choice} {variables:?}");
    }

    #[track_caller]
    fn refused(choice: &str, variables: &[(&str, &str)], parts: &[&str]) {
        let error = resolved(choice, variables).expect_err("it is refused");
        for part in parts {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }

    fn slurm(values: [&str; 5]) -> Vec<(&str, &str)> {
        let names = [
            "SLURM_ARRAY_TASK_ID",
            "SLURM_ARRAY_TASK_COUNT",
            "SLURM_ARRAY_TASK_MIN",
            "SLURM_ARRAY_TASK_MAX",
            "SLURM_ARRAY_TASK_STEP",
        ];
        names.into_iter().zip(values).collect()
    }

    #[test]
    fn each_scheduler_is_understood() {
        is("3/8", "3/8", &[("JOB_COMPLETION_INDEX", "1")]);
        is("5/8", "auto/8", &[("JOB_COMPLETION_INDEX", "5")]);
        is("2/4", "auto", &slurm(["2", "4", "0", "3", "1"]));
        is("0/4", "auto", &slurm(["1", "4", "1", "4", "1"]));
        is("3/4", "auto/4", &slurm(["16", "4", "10", "16", "2"]));
        is("1/2", "auto", &slurm(["7", "2", "6", "", ""]));
        is("7/9", "auto", &[("OMPI_COMM_WORLD_RANK", "7"), ("OMPI_COMM_WORLD_SIZE", "9")]);
        let mpich = [("PMI_RANK", "0"), ("PMI_SIZE", "2")];
        is("0/2", "auto", &mpich);
        let both = [("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "2")];
        is("0/2", "auto", &[mpich, both].concat());
        is("0/2", "auto", &[&mpich[..], &[("JOB_COMPLETION_INDEX", "")]].concat());
    }

    #[test]
    fn what_would_be_a_guess_is_refused() {
        let mpich = [("PMI_RANK", "0"), ("PMI_SIZE", "2")];
        refused("auto", &[], &["no scheduler", "JOB_COMPLETION_INDEX", "PMI_RANK"]);
        refused("auto", &[("JOB_COMPLETION_INDEX", "3")], &["JOB_COMPLETION_INDEX is 3", "auto/N"]);
        refused("auto/3", &[("JOB_COMPLETION_INDEX", "3")], &["3/3", "the last of 3 is 2/3"]);
        refused("auto", &[("JOB_COMPLETION_INDEX", "x")], &["JOB_COMPLETION_INDEX is `x`"]);
        refused("auto", &[("JOB_COMPLETION_INDEX", "-1")], &["`-1`, which is no number"]);
        let two = [&mpich[..], &[("JOB_COMPLETION_INDEX", "0")]].concat();
        refused("auto", &two, &["JOB_COMPLETION_INDEX and PMI_RANK", "both set"]);
        let two = [&mpich[..], &slurm(["0", "2", "0", "1", "1"])].concat();
        refused("auto", &two, &["SLURM_ARRAY_TASK_ID and PMI_RANK", "both set"]);
        let two = [("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "2")];
        refused("auto", &[mpich, two].concat(), &["do not agree"]);
        refused("auto/4", &mpich, &["4 shards were asked for", "one of 2"]);
        refused("auto", &mpich[..1], &["PMI_RANK is 0, but PMI_SIZE is not set"]);
        refused("auto", &[("PMI_RANK", "2"), ("PMI_SIZE", "2")], &["PMI_RANK", "1/2"]);
        refused("auto", &[("PMI_RANK", "0"), ("PMI_SIZE", "0")], &["at least one shard"]);
        refused("auto", &slurm(["3", "2", "3", "7", "1"]), &["SLURM_ARRAY_TASK_ID is 3", "gaps"]);
        refused("auto", &slurm(["3", "2", "4", "5", "1"]), &["SLURM_ARRAY_TASK_ID is 3", "gaps"]);
        refused("auto", &slurm(["3", "2", "2", "4", "2"]), &["steps of 2", "gaps"]);
        refused("auto", &slurm(["3", "", "0", "", ""]), &["SLURM_ARRAY_TASK_COUNT is not set"]);
    }

    #[test]
    fn what_is_no_shard_is_named() {
        refused("8/8", &[], &["the last of 8 is 7/8"]);
        refused("0/0", &[], &["at least one shard"]);
        refused("all", &[], &["`all` is no shard", "0/8", "auto"]);
        refused("auto/0", &[], &["auto/8"]);
        refused("auto/x", &[], &["auto/8"]);
    }
}
