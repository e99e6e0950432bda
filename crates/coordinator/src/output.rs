//! Where a generator puts the bytes of a file.

use std::io::{self, Write};

/// Takes the bytes of one file, in order: copied, as any [`Write`] does, or made in place.
pub trait Output: Write + Send {
    /// Lets `fill` write the next bytes of the file where they will be handed on from, at least one
    /// and at most `limit`, and returns how many. `fill` is called once, and has to overwrite all
    /// of the slice it is given, which may hold bytes of another file.
    ///
    /// # Errors
    /// Where the file has failed or the run was stopped; `fill` is then not called.
    fn fill(&mut self, limit: usize, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<usize>;
}
