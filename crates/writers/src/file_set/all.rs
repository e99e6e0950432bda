//! The same message to every file.

use std::path::Path;

use super::Settings;
use super::entry::Entry;
use super::run::Work;
use crate::WriteError;

/// Writes these bytes.
pub(super) struct Message<'m>(pub(super) &'m [u8]);

impl Work for Message<'_> {
    type Scratch = ();
    const RESUMES: bool = true;

    fn attempt<'a>(
        &self,
        (): &mut (),
        settings: &Settings<'a>,
        index: usize,
        path: &'a Path,
        entry: &mut Entry,
    ) -> Result<(), WriteError> {
        let mut target = entry.open(settings, index, path)?;
        // Of this call's bytes alone, as an entry is made for a call.
        let rest = &self.0[entry.written as usize..];
        match target.write(rest, &mut entry.written, &settings.stop) {
            Ok(()) => target.finish(settings),
            Err(error) => Err(target.interrupt(error)),
        }
    }
}
