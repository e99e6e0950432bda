//! A progress bar on standard error, where that is a terminal.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use inrush_dataset::Progress;

/// Shows rows and files, or nothing.
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
            let style = "{bar:30} {percent:>3}%  {human_pos}/{human_len} rows  {rate}  {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style.with_key(
                    "rate",
                    |state: &ProgressState, text: &mut dyn Write| {
                        // The bar stands where this text is missing.
                        let _ = write!(text, "{:.2} million/s", state.per_sec() / 1e6);
                    },
                ));
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        };
        Self { bar }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, _files: u64, rows: u64) {
        self.bar.set_length(rows);
    }

    fn rows(&self, rows: u64) {
        self.bar.inc(rows);
    }
}
