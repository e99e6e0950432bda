//! The subjects by name.

use anyhow::Result;
use inrush_bytes::{Isa, Model, Spec};

use super::peers::{Dgen, Xoshiro, dgen_objects};
use super::subject::{Generate, NextObject, Objects, Setting};
use super::subjects::{Copy, Memset, Ours, objects};

/// What a subject is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// What the machine can do at the most.
    Limit,
    /// Somebody else's.
    Peer,
    /// Ours, incompressible and without duplicates, or with both ratios.
    Ours,
    /// Ours, with something else chosen.
    Variant,
    /// A job that writes files.
    Job,
}

/// Something to measure.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Subject {
    /// Its name in samples and tables.
    pub name: &'static str,
    /// What it is there for.
    pub kind: Kind,
    /// Makes one that fills buffers; none on processors that cannot.
    pub(super) make: fn(&Setting) -> Option<Box<dyn Generate>>,
    /// Makes one that makes objects with dedup 4 and compress 2, where the question asks for it.
    pub(super) object: Option<fn(&Objects) -> Result<NextObject>>,
}

impl Subject {
    /// The subject of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SUBJECTS.iter().find(|subject| subject.name == name)
    }
}

/// The object of the report that the question goes back to, with dedup 4 and compress 2.
pub(super) const OBJECT_BYTES: usize = 8 << 20;

const fn subject(
    name: &'static str,
    kind: Kind,
    make: fn(&Setting) -> Option<Box<dyn Generate>>,
) -> Subject {
    Subject { name, kind, make, object: None }
}

fn ours(
    setting: &Setting,
    dedup: f64,
    dedup_unit: u64,
    compress: f64,
) -> Option<Box<dyn Generate>> {
    let spec = Spec::builder(0).dedup(dedup).dedup_unit(dedup_unit).compress(compress).build();
    Some(Ours::new(setting, spec.expect("the ratios are in range"), None))
}

fn with_model(setting: &Setting, model: Model, compress: f64) -> Option<Box<dyn Generate>> {
    let spec = Spec::builder(0).model(model).compress(compress).build();
    Some(Ours::new(setting, spec.expect("the ratio is in range"), None))
}

fn with_isa(setting: &Setting, name: &str) -> Option<Box<dyn Generate>> {
    let isa = Isa::available().into_iter().find(|isa| format!("{isa:?}") == name)?;
    Some(Ours::new(setting, Spec::new(0), Some(isa)))
}

/// All subjects.
pub const SUBJECTS: [Subject; 17] = [
    subject("memset", Kind::Limit, |_| Some(Memset::new())),
    subject("copy", Kind::Limit, |setting| Some(Copy::new(setting))),
    subject("rand-xoshiro", Kind::Peer, |setting| Some(Xoshiro::new(setting))),
    Subject {
        object: Some(|objects| Ok(dgen_objects(objects, 4, 2))),
        ..subject("dgen-data", Kind::Peer, |setting| Some(Dgen::new(setting)))
    },
    Subject {
        object: Some(|wanted| {
            let spec = Spec::builder(wanted.object_bytes as u64).dedup(4.0).compress(2.0);
            objects(wanted, spec.build()?)
        }),
        ..subject("bytes", Kind::Ours, |setting| ours(setting, 1.0, 4096, 1.0))
    },
    subject("bytes-avx2", Kind::Variant, |setting| with_isa(setting, "Avx2")),
    subject("bytes-baseline", Kind::Variant, |setting| with_isa(setting, "Baseline")),
    subject("bytes-compress-2", Kind::Variant, |setting| ours(setting, 1.0, 4096, 2.0)),
    subject("bytes-compress-1.1", Kind::Variant, |setting| ours(setting, 1.0, 4096, 1.1)),
    subject("bytes-dedup-2", Kind::Variant, |setting| ours(setting, 2.0, 4096, 1.0)),
    subject("bytes-both-2", Kind::Ours, |setting| ours(setting, 2.0, 4096, 2.0)),
    subject("bytes-unit-512", Kind::Variant, |setting| ours(setting, 1.5, 512, 1.0)),
    subject("bytes-lz-2", Kind::Variant, |setting| with_model(setting, Model::Lz, 2.0)),
    subject("bytes-text-2.4", Kind::Variant, |setting| with_model(setting, Model::Text, 2.4)),
    subject("raw-write", Kind::Job, |_| None),
    subject("dd", Kind::Job, |_| None),
    subject("inrush-bytes", Kind::Job, |_| None),
];
