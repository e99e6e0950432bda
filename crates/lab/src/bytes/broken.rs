//! Subjects that do what they must not, each in one way. The gates name them.

use anyhow::{Result, ensure};

use super::subject::Generate;

/// Leaves the last byte as it was.
pub(super) struct Forgetful(u8);

impl Forgetful {
    #[expect(clippy::new_ret_no_self, reason = "as the registry wants subjects")]
    pub(super) fn new() -> Box<dyn Generate> {
        Box::new(Self(0))
    }
}

impl Generate for Forgetful {
    fn fill(&mut self, out: &mut [u8]) {
        self.0 = self.0.wrapping_add(1) | 1;
        if let Some((_, all_but_last)) = out.split_last_mut() {
            all_but_last.fill(self.0);
        }
    }

    fn check(&mut self, out: &[u8]) -> Result<()> {
        ensure!(out.iter().all(|&byte| byte == self.0), "a byte was forgotten");
        Ok(())
    }
}
