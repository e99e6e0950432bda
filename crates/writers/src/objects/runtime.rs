//! The threads of a store, and the way in from a thread that is none of them.

use std::future::Future;
use std::io;
use std::panic;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Handle};

/// Worker threads that end with this value.
#[derive(Debug)]
pub(super) struct Runtime {
    handle: Handle,
    /// Present until it is dropped.
    owned: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    /// Starts `threads` workers.
    pub(super) fn start(threads: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            // Only files block, and names are looked up: neither gains from hundreds of threads.
            .max_blocking_threads(8)
            .thread_name("inrush-objects")
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), owned: Some(runtime) })
    }

    /// Where tasks are spawned.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Runs `future` on a worker and waits for what it returns. If it panics, so does the caller.
    pub(super) fn run<F>(&self, future: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        match wait(self.handle.spawn(future)) {
            Ok(output) => output,
            Err(error) => match error.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                // Only the end of the runtime cancels a task that nobody else holds.
                Err(error) => panic!("the runtime ended before its owner: {error}"),
            },
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let Some(runtime) = self.owned.take() else { return };
        // Tokio lets no runtime end on a thread that drives another one, as the caller's may.
        if Handle::try_current().is_err() {
            drop(runtime);
            return;
        }
        let ended = thread::Builder::new().spawn(move || drop(runtime));
        if let Ok(ended) = ended {
            // It panics only if a worker did, of which a caller has heard.
            let _ = ended.join();
        }
    }
}

/// Polls `future` on this thread, which sleeps in between.
///
/// For futures that need no runtime to make progress: the end of a task, a permit, a message.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // A wake that came before this makes it return at once.
            Poll::Pending => thread::park(),
        }
    }
}
