//! Records as bytes: what a general format costs beside a layout that is fixed.
//!
//! | | |
//! |---|---|
//! | a record | [`Record`](record::Record): a number of 32 bits, one of 64, and a text |
//! | a form | [`Form`](form::Form): records to bytes in a buffer that is used again, and back |
//! | the gate | what was written last is read back, and is what it was made of |

mod fixed;
mod form;
mod model;
mod record;
mod text;

pub(crate) use model::Serialise;
