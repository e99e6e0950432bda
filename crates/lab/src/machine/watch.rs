//! A look at the machine before the first sample, and another after the last.

use std::path::Path;
use std::time::SystemTime;

use super::{Hardware, Machine, Others, SCHEMA, Settings, dependencies, linux, probe, utc_date};
use crate::python::Interpreter;

/// A machine under observation.
#[derive(Debug)]
pub struct Watch {
    machine: Machine,
    others: Others,
}

impl Watch {
    /// Looks at the machine before the first sample. `folder` is where the samples write, and
    /// `repository` where the source is.
    pub fn begin(folder: &Path, repository: &Path) -> Self {
        let machine = Machine {
            schema: SCHEMA,
            date: utc_date(SystemTime::now()),
            cpu_model: probe::cpu_model(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: probe::memory_bytes(),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            kernel: probe::kernel(),
            governor: linux::governor(),
            hypervisor: linux::hypervisor(),
            file_system: probe::file_system(folder),
            load_before: probe::load(),
            load_after: None,
            steal_fraction: None,
            other_fraction: None,
            rustc: env!("INRUSH_LAB_RUSTC_VERSION").to_owned(),
            target: env!("INRUSH_LAB_TARGET").to_owned(),
            profile: env!("INRUSH_LAB_PROFILE").to_owned(),
            opt_level: env!("INRUSH_LAB_OPT_LEVEL").to_owned(),
            rustflags: env!("INRUSH_LAB_RUSTFLAGS").to_owned(),
            commit: probe::commit(repository),
            dirty: probe::is_dirty(repository),
            run: None,
            hardware: Hardware::now(),
            settings: Settings::now(),
            dependencies: dependencies::built_with(),
            python: Interpreter::here().versions(),
        };
        Self { machine, others: Others::begin() }
    }

    /// What is known so far.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Looks again after the last sample.
    pub fn end(self) -> Machine {
        let taken = self.others.end();
        Machine {
            load_after: probe::load(),
            steal_fraction: taken.map(|taken| taken.steal_fraction),
            other_fraction: taken.map(|taken| taken.other_fraction),
            ..self.machine
        }
    }
}
