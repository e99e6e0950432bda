//! What must be true of what jobs have written before a sample counts.

use anyhow::{Context, Result, ensure};

use crate::catalogue::{Book, check_written};

/// What a job leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// All records.
    Records,
    /// Nothing: it opens the target and closes it.
    Nothing,
}

/// The output of one job of each thread is the books that the records were made of, and that of every job
/// that was timed is as long.
pub(super) fn check(
    leaves: Leaves,
    books: &[Book],
    proofs: &[Vec<u8>],
    threads: u64,
    lengths: &[u64],
) -> Result<()> {
    ensure!(proofs.len() as u64 == threads, "{} of {threads} threads have written", proofs.len());
    let (first, others) = proofs.split_first().context("no thread has written")?;
    match leaves {
        Leaves::Records => check_written(books, first)?,
        Leaves::Nothing => ensure!(first.is_empty(), "{} bytes, not none", first.len()),
    }
    if let Some(i) = others.iter().position(|other| other != first) {
        // Each thread has read the same file.
        anyhow::bail!("thread {} has written something else than thread 0", i + 1);
    }
    let length = first.len() as u64;
    ensure!(lengths == [length], "jobs of {lengths:?} bytes, not of {length}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Kind, books, encoded};

    fn said(books: &[Book], proofs: &[Vec<u8>], threads: u64, lengths: &[u64]) -> String {
        match check(Leaves::Records, books, proofs, threads, lengths) {
            Ok(()) => "nothing".to_owned(),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn output_of_each_thread_and_job_is_looked_at() {
        let books = books(Kind::Short, 20);
        let whole = encoded(&books).expect("it fits");
        let short = encoded(&books[..19]).expect("it fits");
        let n = whole.len() as u64;
        let (both, one) = (vec![whole.clone(), whole.clone()], vec![whole.clone()]);
        assert_eq!(said(&books, &both, 2, &[n]), "nothing");
        assert_eq!(said(&books, &one, 2, &[n]), "1 of 2 threads have written");
        assert_eq!(said(&books, &[], 0, &[n]), "no thread has written");
        let dropped = said(&books, &[short.clone(), short.clone()], 2, &[short.len() as u64]);
        assert_eq!(dropped, "19 of 20 records");
        let apart = said(&books, &[whole.clone(), short.clone()], 2, &[n]);
        assert_eq!(apart, "thread 1 has written something else than thread 0");
        let some = said(&books, &one, 1, &[n - 1, n]);
        assert_eq!(some, format!("jobs of [{}, {n}] bytes, not of {n}", n - 1));
        let mut cut = whole;
        cut.truncate(cut.len() - 1);
        assert!(said(&books, &[cut], 1, &[n - 1]).starts_with("it cannot be read"));
    }

    #[test]
    fn what_writes_nothing_must_leave_nothing() {
        let check = |proof: &[u8], length| {
            check(Leaves::Nothing, &[], &[proof.to_vec()], 1, &[length]).map_err(|e| e.to_string())
        };
        assert_eq!(check(b"", 0), Ok(()));
        assert_eq!(check(b"x", 1), Err("1 bytes, not none".to_owned()));
        assert_eq!(check(b"", 1), Err("jobs of [1] bytes, not of 0".to_owned()));
    }
}
