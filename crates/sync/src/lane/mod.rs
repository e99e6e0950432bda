//! A queue from one thread to another that moves blocks of values at a time.
//!
//! The sender writes values into a block and publishes how many there are with one plain store; the
//! receiver copies out whatever is published, as many at a time as there are, and gives a block
//! back when it has emptied it. There is no read-modify-write per value, and no value shares a
//! cache line with a word that both sides write.
//!
//! A *position* counts the values that the sender has published since the start, a *sequence* the
//! blocks: position `p` lies in the block of sequence `p / block_items`. Blocks are recycled out of
//! order when the sender drops old ones, so `order` says which block serves a sequence.
//!
//! | block of sequence        | holds           | owner    |
//! |--------------------------|-----------------|----------|
//! | being written            | a growing prefix | sender, and the receiver up to `published` |
//! | full, not below `head`   | values          | nobody   |
//! | full, below `head`       | values          | who moved `head` past it: the receiver as a rule, the sender to drop it |
//! | returned                 | nothing         | sender   |
//!
//! | edge        | from             | to              | carries                                   |
//! |-------------|------------------|-----------------|-------------------------------------------|
//! | `published` | `publish`        | `drain_into`    | the write of the values, and of `order`   |
//! | `returned`  | `give_back`      | `take_block`    | the end of the reads of a block, its number |
//! | `claimed`   | `claim`          | `drop_oldest`   | the read of `order`, before it is written anew; earlier returns |
//! | `gone`      | `Sender::drop`   | `is_abandoned`  | the last publication                      |
//!
//! Invariants:
//! 1. A block is claimed once: whoever moves `head` past its positions owns it.
//! 2. The receiver holds at most one claimed block between calls, and its number is returned before
//!    it claims another. With two or more blocks the sender can therefore always go on: a block is
//!    free, or one is full and unclaimed and may be dropped.
//! 3. After `seal` the receiver reads no block. The values that were published behind the seal
//!    belong to the sender again.
//! 4. Every value is received, taken back, dropped by `drop_oldest`, or dropped with the lane.
//!
//! # Waking
//!
//! A receiver that stops looking sets `CALL` in `attention`, passes [`crate::barrier::heavy`] and
//! looks once more; a sender that has published passes [`crate::barrier::light`] and reads
//! `attention`. So either the receiver sees what was published, or the sender sees the call and
//! answers it. Closing works the same way with `CLOSED`. A push has no time to ask which barrier
//! there is: where the light one is a fence, `FENCE` is set in `attention` from the start, and
//! sends every publication the long way.

mod blocking;
mod blocks;
mod outcome;
mod receiver;
mod sender;
mod shared;
mod watch;

pub use blocking::{RecvError, SendError};
pub use outcome::{Answer, PushError, Pushed};
pub use receiver::Receiver;
pub use sender::Sender;
pub use shared::{Shape, lane, try_lane};
pub use watch::Watch;
