//! Threads that do one thing again and again, each by itself or all on something that they share.
//!
//! | | |
//! |---|---|
//! | a lock | [`LockSubject`]: every operation changes the same few words, one thread at a time |
//! | a counter | [`CounterSubject`]: every operation adds one |
//! | the crew | `crew`: threads started once, pinned, let go together, looked at in a window |
//! | the gate | no operation is lost, and no two threads are inside a lock at once |

mod contended;
mod counter;
mod crew;
mod lock;
mod model;
mod pace;
mod pin;
mod registry;
mod subjects;
mod work;
mod worked;

pub use counter::CounterSubject;
pub use lock::{LockSubject, Section};
pub use model::Threads;
pub use work::Work;
