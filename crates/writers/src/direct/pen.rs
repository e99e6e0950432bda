//! Puts a block where it belongs, whatever the system makes of the call.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::target::{Target, is_refusal};
use crate::RetryPolicy;

/// How often a write that would have to wait, or ran out of time, is tried before it is given up, and
/// how long after. The pauses are short, as nobody can cut them off.
const RETRY: RetryPolicy =
    RetryPolicy::attempts(6).base(Duration::from_millis(1)).cap(Duration::from_millis(16));

/// One thread's way to the file that several write to.
#[derive(Debug)]
pub(super) struct Pen<T> {
    target: Arc<T>,
    /// What offsets are multiples of; `None` once the file is written through the page cache.
    alignment: Option<usize>,
}

impl<T: Target> Pen<T> {
    /// A pen for `target`, which takes blocks past the page cache where `alignment` says how.
    pub(super) fn new(target: T, alignment: Option<usize>) -> Self {
        Self { target: Arc::new(target), alignment }
    }

    /// Another pen for the same target.
    pub(super) fn another(&self) -> Self {
        Self { target: Arc::clone(&self.target), alignment: self.alignment }
    }

    /// The target, where this is the last pen for it.
    pub(super) fn into_target(self) -> Option<T> {
        Arc::into_inner(self.target)
    }

    /// What lengths and offsets are multiples of, unless the file is written through the page cache.
    pub(super) fn alignment(&self) -> Option<usize> {
        self.alignment
    }

    /// Writes through the page cache from now on, every pen of this target, at any offset.
    pub(super) fn use_page_cache(&mut self) -> io::Result<()> {
        self.alignment = None;
        self.target.use_page_cache()
    }

    /// Puts all of `bytes` at `offset`; both are aligned, or the page cache is in use.
    ///
    /// A short write goes on from the last border that it passed. One that passed none, and one that
    /// the file system refuses as it stands, go on through the page cache: a limit on the size of
    /// files that is no multiple shows itself in these ways, and the bytes up to it still fit.
    ///
    /// # Errors
    /// What the system said; never an error that asks for another try, as these were had.
    pub(super) fn put(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut done = 0;
        let mut failures = 0;
        while done < bytes.len() {
            match self.target.write_at(&bytes[done..], offset + done as u64) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    failures = 0;
                    let reached = done + n;
                    let past_border = reached % self.alignment.unwrap_or(1);
                    if reached == bytes.len() || past_border == 0 {
                        done = reached;
                    } else if past_border < n {
                        done = reached - past_border;
                    } else {
                        done = reached;
                        self.use_page_cache()?;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.alignment.is_some() && is_refusal(&error) => {
                    self.use_page_cache()?;
                }
                Err(error) if !would_wait(&error) => return Err(error),
                Err(error) => {
                    failures += 1;
                    match RETRY.pause(failures) {
                        // The device gives no sign when it has room again.
                        Some(pause) => thread::sleep(pause),
                        // Wrapped, it is no longer one that the caller would try again.
                        None => return Err(io::Error::other(error)),
                    }
                }
            }
        }
        Ok(())
    }
}

fn would_wait(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use nix::errno::Errno;

    use super::*;

    const ALIGNMENT: usize = 8;

    /// A target that answers each call as it was told, and then takes everything.
    #[derive(Default)]
    struct Scripted(Mutex<State>);

    #[derive(Default)]
    struct State {
        answers: VecDeque<io::Result<usize>>,
        bytes: Vec<u8>,
        calls: Vec<(usize, usize)>,
        through_cache: bool,
    }

    impl Target for Scripted {
        fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
            let mut state = self.0.lock().unwrap();
            let offset = offset as usize;
            state.calls.push((offset, bytes.len()));
            let aligned = offset.is_multiple_of(ALIGNMENT);
            assert!(state.through_cache || aligned, "an unaligned direct write");
            let n = state.answers.pop_front().unwrap_or(Ok(bytes.len()))?.min(bytes.len());
            let len = state.bytes.len().max(offset + n);
            state.bytes.resize(len, 0);
            state.bytes[offset..offset + n].copy_from_slice(&bytes[..n]);
            Ok(n)
        }

        fn use_page_cache(&self) -> io::Result<()> {
            self.0.lock().unwrap().through_cache = true;
            Ok(())
        }
    }

    /// What a write of `1..=32` came to, and the target after it.
    fn put(answers: impl IntoIterator<Item = io::Result<usize>>) -> (io::Result<bool>, State) {
        let target = Scripted::default();
        target.0.lock().unwrap().answers = answers.into_iter().collect();
        let mut pen = Pen::new(target, Some(ALIGNMENT));
        let bytes: Vec<u8> = (1..=32).collect();
        let result = pen.put(&bytes, 0).map(|()| pen.alignment().is_some());
        (result, pen.into_target().unwrap().0.into_inner().unwrap())
    }

    fn errno(errno: Errno) -> io::Result<usize> {
        Err(errno.into())
    }

    #[track_caller]
    fn assert_whole(state: &State) {
        assert!(state.bytes.iter().copied().eq(1..=32), "{:?}", state.bytes);
    }

    #[test]
    fn a_short_write_goes_on_from_the_border_below() {
        let (result, state) = put([Ok(8), Ok(13)]);
        assert!(result.unwrap());
        assert_eq!(state.calls, [(0, 32), (8, 24), (16, 16)]);
        assert_whole(&state);
    }

    #[test]
    fn a_short_write_that_passes_no_border_goes_on_through_the_page_cache() {
        let (result, state) = put([Ok(11), Ok(3), Ok(1)]);
        assert!(!result.unwrap());
        assert_eq!(state.calls, [(0, 32), (8, 24), (11, 21), (12, 20)]);
        assert!(state.through_cache);
        assert_whole(&state);
    }

    #[test]
    fn a_refused_write_is_had_again_through_the_page_cache_once() {
        for refusal in [Errno::EINVAL, Errno::EOPNOTSUPP] {
            let (result, state) = put([Ok(16), errno(refusal)]);
            assert!(!result.unwrap());
            assert!(state.through_cache);
            assert_whole(&state);
            let (result, state) = put([errno(refusal), errno(refusal)]);
            assert_eq!(result.unwrap_err().raw_os_error(), Some(refusal as i32));
            assert_eq!(state.calls.len(), 2);
        }
    }

    #[test]
    fn an_interrupted_write_is_had_again_however_often() {
        let (result, state) = put((0..1000).map(|_| errno(Errno::EINTR)));
        assert!(result.unwrap());
        assert_eq!(state.calls.len(), 1001);
        assert_whole(&state);
    }

    #[test]
    fn a_write_that_would_have_to_wait_is_tried_a_few_times_and_then_given_up_for_good() {
        for errno in [Errno::EAGAIN, Errno::ETIMEDOUT] {
            let fails = |n: u32| (0..n).map(move |_| Err(errno.into()));
            let (result, state) =
                put(fails(RETRY.attempts - 1).chain([Ok(8)]).chain(fails(RETRY.attempts - 1)));
            assert!(result.unwrap());
            assert_whole(&state);
            let (result, state) = put(fails(RETRY.attempts));
            let error = result.unwrap_err();
            assert!(!would_wait(&error), "the caller would try it again");
            assert_eq!(error.to_string(), io::Error::from(errno).to_string());
            assert_eq!(state.calls.len(), RETRY.attempts as usize);
        }
    }

    #[test]
    fn a_full_disk_is_final_and_stays_what_it_is() {
        let (result, state) = put([Ok(8), errno(Errno::ENOSPC)]);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(state.calls.len(), 2);
        let (result, _) = put([Ok(8), Ok(0)]);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WriteZero);
    }
}
