//! Who comes first.

/// `subjects` in their order, but in each repetition beginning with another, so that none always has
/// the machine as the same one left it.
pub(crate) fn turns<S>(mut subjects: Vec<S>, repetition: u32) -> Vec<S> {
    if !subjects.is_empty() {
        let first = repetition as usize * (subjects.len() / 3 + 1) % subjects.len();
        subjects.rotate_left(first);
    }
    subjects
}
