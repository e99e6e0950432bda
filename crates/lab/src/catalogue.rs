//! Catalogue records in ISO 2709: what it takes to write them and to read them.
//!
//! | | |
//! |---|---|
//! | a record | [`Book`](book::Book): what its fields say, in no library's form |
//! | a library | [`Library`](library::Library): its own records to bytes, and back |
//! | `gate` | what was written, and what was read, are the books that it was made of |

mod book;
mod controls;
mod gate;
mod library;
mod model;
mod mrrc;
mod ours;

pub(crate) use book::{Book, Kind, books};
pub(crate) use gate::check_written;
pub(crate) use model::Catalogue;
pub(crate) use ours::encoded;
