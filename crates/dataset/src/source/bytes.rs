//! Objects of bytes, made in the chunks that carry them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use inrush_bytes::{Spec as ObjectSpec, Stream, VerifyError, verify};
use inrush_coordinator::Output;

use super::{Source, WHOLE_FILES_PER_JOB};
use crate::{BytesSpec, CoordinatorKind, Progress, RunOptions};

/// How much of a file is looked at to tell a wrong seed from a damaged byte.
const HINT_BYTES: u64 = 1 << 20;

/// The memory of a thread beside its chunk.
const THREAD_BYTES: u64 = 64 << 10;

/// Objects that are ready to be generated.
#[derive(Debug)]
pub(crate) struct BytesSource {
    spec: BytesSpec,
    template: ObjectSpec,
}

impl BytesSource {
    pub(crate) fn new(spec: BytesSpec, template: ObjectSpec) -> Self {
        Self { spec, template }
    }

    fn object(&self, file: u64) -> ObjectSpec {
        self.template.with_object(file).with_size(self.spec.size_of(file))
    }
}

impl Source for BytesSource {
    fn n_files(&self) -> u64 {
        self.spec.objects()
    }

    fn stem(&self) -> &str {
        "object"
    }

    fn extension(&self) -> &'static str {
        "bin"
    }

    fn rows(&self, _file: u64) -> u64 {
        0
    }

    fn known_bytes(&self, file: u64) -> Option<u64> {
        Some(self.spec.size_of(file))
    }

    fn generate(&self, file: u64, out: &mut dyn Output, progress: &dyn Progress) -> io::Result<()> {
        let mut stream = Stream::new(self.object(file));
        while !stream.is_complete() {
            let left = stream.spec().size() - stream.position();
            let limit = usize::try_from(left).unwrap_or(usize::MAX);
            let n = out.fill(limit, &mut |room| {
                stream.fill_chunk(room);
            })?;
            progress.advance(n as u64);
        }
        Ok(())
    }

    /// What fits into the second level of caches, so that a chunk is still there when it is hashed
    /// and written.
    fn default_chunk_bytes(&self) -> usize {
        256 << 10
    }

    fn is_fast(&self) -> bool {
        true
    }

    fn bytes_per_job(&self, options: &RunOptions) -> u64 {
        let chunk = options.chunk_bytes.unwrap_or(self.default_chunk_bytes()) as u64;
        match options.coordinator {
            CoordinatorKind::PerFile => chunk + THREAD_BYTES,
            CoordinatorKind::SharedMutex => {
                let largest = (0..self.n_files()).map(|file| self.spec.size_of(file)).max();
                WHOLE_FILES_PER_JOB.saturating_mul(largest.unwrap_or_default())
            }
        }
    }

    fn check(&self, _file: u64, _path: &Path) -> Result<(), String> {
        Ok(())
    }

    fn hint(&self, file: u64, path: &Path) -> Option<String> {
        let object = self.object(file);
        let mut beginning = Vec::new();
        let looked_at = HINT_BYTES.min(object.size());
        File::open(path).ok()?.take(looked_at).read_to_end(&mut beginning).ok()?;
        match verify(&object, 0, &beginning) {
            Err(VerifyError::Differs { matching: 0, .. }) => {
                Some("nothing at its beginning matches: it is of another seed or job".to_owned())
            }
            _ => None,
        }
    }
}
