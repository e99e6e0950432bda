//! An object to an S3 server in the same process, which reads parts and forgets them.
//!
//! | | |
//! |---|---|
//! | the server | `server`: speaks S3 over TCP on this machine, on a thread of its own |
//! | the subjects | `senders`: the sink, and the bare client with parts that are there already |
//! | the gate | so many bytes came in, and the upload was completed once |

mod model;
mod senders;
mod server;

pub(crate) use model::ObjectsStore;
