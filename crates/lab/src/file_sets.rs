//! Sets of many small files: what they cost beside the bare system calls.
//!
//! | | |
//! |---|---|
//! | a round | [`Round`](round::Round): one call that writes a message to each file, in a folder of its own |
//! | a sample | rounds until their time is over; the first shows everything to the system, and does not count |
//! | the gate | every file of every round is read back, and there is no other |

mod broken;
mod calls;
mod model;
mod ours;
mod round;
mod tasks;

pub(crate) use model::FileSets;
