//! All models by name.

use crate::big_files::BigFiles;
use crate::bytes::{ByteJobs, Fill, MakeObjects, OpenStreams, StreamsAgree};
use crate::catalogue::Catalogue;
use crate::fan_in::{Delays, ManyToOne, PacedItems, SlowConsumer};
use crate::file_sets::FileSets;
use crate::objects_store::ObjectsStore;
use crate::python::Python;
use crate::serialise::Serialise;
use crate::table_jobs::TableJobs;
use crate::threads::Threads;
use crate::{Fault, Model, Request, Shown};

/// The models that questions can use.
pub static MODELS: [&dyn Model; 17] = [
    &Threads,
    &ManyToOne,
    &Delays,
    &PacedItems,
    &SlowConsumer,
    &Fill,
    &MakeObjects,
    &OpenStreams,
    &ByteJobs,
    &StreamsAgree,
    &TableJobs,
    &FileSets,
    &BigFiles,
    &ObjectsStore,
    &Serialise,
    &Catalogue,
    &Python,
];

/// The model of a name.
pub fn find(name: &str) -> Option<&'static dyn Model> {
    MODELS.iter().find(|model| model.about().name == name).copied()
}

/// Does a request in this process.
///
/// # Errors
/// As [`Model::measure`]; and where there is no such model or subject, or the cell says nothing of it.
pub fn measure(request: &Request) -> Result<Shown, Fault> {
    let model = find(&request.model)
        .ok_or_else(|| Fault::Skipped(format!("no model `{}`", request.model)))?;
    let Request { cell, subject, .. } = request;
    if let Some(why) = model.refusal(cell, subject) {
        return Err(Fault::Skipped(why));
    }
    if !model.subjects().iter().any(|known| known.name == subject) {
        return Err(Fault::Skipped(format!("no subject `{subject}`")));
    }
    model.measure(request)
}
