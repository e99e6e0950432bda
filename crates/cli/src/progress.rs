//! A progress bar on standard error, where that is a terminal.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use inrush_dataset::{ByteCount, Progress, Work};

/// Shows rows or bytes, or nothing.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar, unless `quiet` or nobody would see it.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = if quiet || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let bar = ProgressBar::new(0);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        };
        Self { bar }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, done: &str, rate: fn(&ProgressState, &mut dyn Write)) {
        let style = format!("{{bar:30}} {{percent:>3}}%  {done}  {{rate}}  {{eta}} left");
        // A default bar stands where this text cannot be read.
        if let Ok(style) = ProgressStyle::with_template(&style) {
            self.bar.set_style(style.with_key("rate", rate));
        }
    }
}

impl Progress for Bar {
    fn begin(&self, _files: u64, work: Work) {
        match work {
            Work::Bytes(bytes) => {
                self.bar.set_length(bytes);
                self.show("{binary_bytes}/{binary_total_bytes}", |state, text| {
                    let _ = write!(text, "{}/s", ByteCount(state.per_sec() as u64));
                });
            }
            Work::Rows(rows) => {
                self.bar.set_length(rows);
                self.show("{human_pos}/{human_len} rows", |state, text| {
                    let _ = write!(text, "{:.2} million/s", state.per_sec() / 1e6);
                });
            }
            _ => {}
        }
    }

    fn advance(&self, amount: u64) {
        self.bar.inc(amount);
    }
}
