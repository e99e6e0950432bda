//! One process per sample: the program runs itself again with a request, and prints an answer.
//!
//! The highest memory of a process, and what its allocator has learnt, belong to the process as a
//! whole. A sample that is to stand for itself therefore needs a process of its own. A request is
//! JSON in one argument, an answer is one line of JSON on standard output.

use std::env;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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

/// How a process ended that had a time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended<A> {
    /// With an answer.
    Answered(A),
    /// It did not: the time was over, and it was killed.
    Late,
    /// It died, of a panic or a signal, and said this.
    Died(String),
}

/// As [`ask`], of a program that may never answer.
///
/// # Errors
/// Where the process cannot be started, ends with the error that [`run_command`](crate::run_command) gives
/// or ends well without an answer.
pub fn ask_within<A: DeserializeOwned>(
    request: &impl Serialize,
    limit: Duration,
) -> Result<Ended<A>> {
    let program = env::current_exe().context("find this program")?;
    let request = serde_json::to_string(request).context("put the request into JSON")?;
    answer_within(Command::new(program).arg(FLAG).arg(request), limit)
}

/// Runs a command and returns its answer.
///
/// # Errors
/// As [`ask`]; an [`io::Error`](std::io::Error) where it cannot be started.
pub(crate) fn answer_of<A: DeserializeOwned>(command: &mut Command) -> Result<A> {
    let output = command.stdin(Stdio::null()).output().context("start a process")?;
    let (said, errors) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        bail!("the process ended with {}: {}", output.status, errors.trim());
    }
    read_answer(said, &errors)
}

fn answer_within<A: DeserializeOwned>(command: &mut Command, limit: Duration) -> Result<Ended<A>> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("start a process")?;
    let (sender, ended) = mpsc::channel();
    let reading = read_streams(&mut child, sender)?;
    // Both streams are at their end once the process is.
    let is_late = ended.recv_timeout(limit).is_err();
    if is_late {
        child.kill().context("kill a process that does not end")?;
    }
    let status = child.wait().context("wait for a process")?;
    let (said, errors) = reading.join().expect("reading does not panic");
    let errors = String::from_utf8_lossy(&errors);
    match status.code() {
        _ if is_late => Ok(Ended::Late),
        Some(0) => read_answer(&said, &errors).map(Ended::Answered),
        Some(1) => bail!("the process ended with {status}: {}", errors.trim()),
        _ => Ok(Ended::Died(format!("{status}: {}", errors.trim()))),
    }
}

/// Both streams of a child, to their ends, which it tells through `ended`.
fn read_streams(
    child: &mut Child,
    ended: mpsc::Sender<()>,
) -> Result<thread::JoinHandle<(Vec<u8>, Vec<u8>)>> {
    let mut out = child.stdout.take().context("the child's output is a pipe")?;
    let mut errors = child.stderr.take().context("the child's errors are a pipe")?;
    Ok(thread::spawn(move || {
        let other = thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read is missing in the message.
            let _ = errors.read_to_end(&mut bytes);
            bytes
        });
        let mut bytes = Vec::new();
        // Without a whole line there is no answer, which is then said.
        let _ = out.read_to_end(&mut bytes);
        let errors = other.join().expect("reading does not panic");
        // Nobody listens any more to one that is late.
        let _ = ended.send(());
        (bytes, errors)
    }))
}

fn read_answer<A: DeserializeOwned>(said: &[u8], errors: &str) -> Result<A> {
    let text = String::from_utf8_lossy(said);
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

    fn shell_within(script: &str, limit: Duration) -> Result<Ended<u32>> {
        answer_within(Command::new("sh").arg("-c").arg(script), limit)
    }

    #[test]
    fn process_that_does_not_end_is_killed() {
        let forever = "while :; do :; done";
        let ended = shell_within(forever, Duration::from_millis(1)).expect("it was started");
        assert_eq!(ended, Ended::Late);
    }

    #[test]
    fn process_with_time_left_answers_dies_or_fails() {
        let limit = Duration::from_secs(60);
        assert_eq!(shell_within("echo 42", limit).expect("an answer"), Ended::Answered(42));
        let ended = shell_within("echo no threads >&2; exit 101", limit).expect("it was started");
        assert!(matches!(ended, Ended::Died(why) if why.contains("no threads")));
        let error = shell_within("echo a wrong sum >&2; exit 1", limit).expect_err("it failed");
        assert!(error.to_string().contains("a wrong sum"), "{error}");
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
