//! What the models measure, by name: the registry, what is asked of a parameter or of memory alone,
//! and what is broken.

use inrush_batch::comparators::{MutexBatcher, SlotBatcher, SpinBatcher};

use super::subjects::batching::AnyBatcher;
use super::subjects::broken::{Damaged, Exchanges, Loses, Panics, Reorders, Repeats};
use super::subjects::unbounded::Unbounded;
use super::{Kind, SUBJECTS, Subject};
use crate::Role;

/// The bytes from one counter of the slot batcher to the next, where a cell does not say.
pub(super) const PADDING_BYTES: u64 = 128;
/// The subject that has a padding.
pub(super) const PADDED: &str = "slot-batcher";
/// The subject whose memory has no bound.
pub(super) const UNBOUNDED: &str = "std-unbounded";

/// The slot batcher under its one name, by its padding.
static SLOTS: [(u64, Subject); 4] = [
    (0, slots::<AnyBatcher<SlotBatcher<u64, 0>>>()),
    (64, slots::<AnyBatcher<SlotBatcher<u64, 64>>>()),
    (128, slots::<AnyBatcher<SlotBatcher<u64, 128>>>()),
    (256, slots::<AnyBatcher<SlotBatcher<u64, 256>>>()),
];

/// What the registry's tables do not have.
static MORE: [Subject; 3] = [
    Subject::new::<AnyBatcher<SpinBatcher<u64>, true>>("spin-batcher-fresh", Kind::Shared).ours(),
    Subject::new::<AnyBatcher<MutexBatcher<u64>, true>>("mutex-batcher-fresh", Kind::Shared).ours(),
    Subject::new::<Unbounded>(UNBOUNDED, Kind::Shared),
];

/// What the gates must notice.
static BROKEN: [Subject; 5] = [
    Subject::new::<Damaged<Loses>>("lossy", Kind::Shared),
    Subject::new::<Damaged<Repeats>>("repeating", Kind::Shared),
    Subject::new::<Damaged<Reorders>>("reordering", Kind::Shared),
    Subject::new::<Damaged<Exchanges>>("exchanging", Kind::Shared),
    Subject::new::<Damaged<Panics>>("panicking", Kind::Shared),
];

const fn slots<S: super::FanInSubject>() -> Subject {
    Subject::new::<S>(PADDED, Kind::Shared).ours()
}

/// All subjects, in the order of tables.
pub(super) fn all() -> impl Iterator<Item = (&'static Subject, Role)> {
    // The tables have two of its paddings, each as a subject of its own.
    let listed = SUBJECTS.iter().filter(|subject| !subject.name.starts_with("slot-batcher-"));
    let slot = SLOTS.iter().filter(|(bytes, _)| *bytes == PADDING_BYTES).map(|(_, slot)| slot);
    let sound = listed.chain(slot).chain(&MORE).map(|subject| (subject, role(subject)));
    sound.chain(BROKEN.iter().map(|subject| (subject, Role::Broken)))
}

/// The subject of a name and a padding.
pub(super) fn find(name: &str, padding_bytes: u64) -> Option<&'static Subject> {
    if name == PADDED {
        return SLOTS.iter().find(|(bytes, _)| *bytes == padding_bytes).map(|(_, slot)| slot);
    }
    all().map(|(subject, _)| subject).find(|subject| subject.name == name)
}

fn role(subject: &Subject) -> Role {
    match subject.kind {
        Kind::Control => Role::Control,
        // The consumer called by the producer: what a queue has to beat.
        _ if subject.name == "call" => Role::Control,
        _ if subject.is_ours => Role::Ours,
        _ => Role::Peer,
    }
}
