//! Objects of a store that is reached by URL: S3 and what speaks its language, Google Cloud
//! Storage, Azure.
//!
//! The rest of this crate is synchronous. The crate `object_store`, which does the talking, is not,
//! so a store owns a small runtime, and whoever calls waits for a task there. Nothing asynchronous
//! is seen from outside, and a call may be made from any thread, one that drives a runtime of its
//! own included (which it blocks, as any write would).
//!
//! An object that fits into one part is sent by one request at its end. A larger one is a multipart
//! upload: full parts are sent in the background while the next one fills, and the object appears
//! when the upload is completed.
//!
//! Numbered invariants:
//!
//! 1. A part's bytes stay in memory until the store has acknowledged them, so that a request can be
//!    sent again.
//! 2. Parts on their way hold permits of the store's one budget; a permit comes back when its part
//!    has ended, whichever way. So no sink can wait for ever, and memory is bounded.
//! 3. An upload that was created is completed or aborted by the sink that created it, before that
//!    sink is gone.
//! 4. No task holds the runtime, so the runtime ends with the last store or sink, and its threads
//!    with it.

mod buffers;
mod environment;
mod failure;
mod location;
mod object;
mod options;
mod part_sizes;
mod reader;
mod runtime;
mod store;
mod upload;

pub use environment::Environment;
pub use object::Object;
pub use options::{Integrity, ObjectStoreOptions, OpenError};
pub use reader::ObjectReader;
pub use store::{ObjectEntry, ObjectStore};
