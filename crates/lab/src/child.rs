//! One process per sample: the program runs itself again with a request, and prints an answer.
//!
//! The highest memory of a process, and what its allocator has learnt, belong to the process as a
//! whole. A sample that is to stand for itself therefore needs a process of its own. A request is
//! JSON in one argument, an answer is one line of JSON on standard output.

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The argument before the request.
const FLAG: &str = "--child";

/// The request in the arguments of this process, where it is a child.
///
/// # Errors
/// Where the request cannot be read.
pub fn request<Q: DeserializeOwned>(arguments: &[OsString]) -> Result<Option<Q>> {
    match arguments {
        [_, flag, request] if flag == FLAG => {
            let text = request.to_str().context("the request is no text")?;
            serde_json::from_str(text).context("the request is not of this program").map(Some)
        }
        _ => Ok(None),
    }
}

/// Writes the answer of a child to `out`, its standard output.
///
/// # Errors
/// Where it cannot be written.
pub fn answer(out: &mut dyn Write, answer: &impl Serialize) -> Result<()> {
    writeln!(out, "{}", serde_json::to_string(answer)?).context("write the answer")
}

/// Runs this program again with `request` and returns the answer of that process.
///
/// # Errors
/// Where the process cannot be started, ends with an error, or gives no answer; what it wrote to
/// standard error is in the message.
pub fn ask<A: DeserializeOwned>(request: &impl Serialize) -> Result<A> {
    let program = env::current_exe().context("find this program")?;
    let request = serde_json::to_string(request).context("put the request into JSON")?;
    answer_of(Command::new(program).arg(FLAG).arg(request))
}

fn answer_of<A: DeserializeOwned>(command: &mut Command) -> Result<A> {
    let output = command.stdin(Stdio::null()).output().context("start a process")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("the process ended with {}: {}", output.status, errors.trim());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line)
        .with_context(|| format!("`{line}` is no answer; the process said: {}", errors.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<u32> {
        answer_of(Command::new("sh").arg("-c").arg(script))
    }

    #[test]
    fn last_line_is_the_answer() {
        assert_eq!(shell("echo something else; echo 42").expect("an answer"), 42);
    }

    #[test]
    fn failed_process_tells_its_error() {
        let error = shell("echo 42; echo the disk is full >&2; exit 3").expect_err("it failed");
        let message = format!("{error:#}");
        assert!(message.contains("3") && message.contains("the disk is full"), "{message}");
    }

    #[test]
    fn silent_process_is_no_answer() {
        assert!(shell("exit 0").is_err());
    }

    #[test]
    fn request_is_found_only_behind_its_flag() {
        let arguments = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>();
        let asked: Option<u32> = request(&arguments(&["bench", "--child", "7"])).expect("read");
        assert_eq!(asked, Some(7));
        let asked: Option<u32> = request(&arguments(&["bench", "--bench"])).expect("read");
        assert_eq!(asked, None);
        assert!(request::<u32>(&arguments(&["bench", "--child", "x"])).is_err());
    }
}
