//! An object at once, for those who have the memory.

use crate::Spec;

/// All bytes of an object.
///
/// # Panics
/// Where the object does not fit into memory.
///
/// ```
/// use inrush_bytes::{Spec, generate};
///
/// assert_eq!(generate(&Spec::new(3)).len(), 3);
/// assert!(generate(&Spec::new(0)).is_empty());
/// ```
pub fn generate(spec: &Spec) -> Vec<u8> {
    let size = usize::try_from(spec.size()).expect("the object fits into the address space");
    let mut bytes = vec![0; size];
    spec.fill_at(0, &mut bytes);
    bytes
}
