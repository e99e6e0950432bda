//! What becomes of records that are too long for the format.

/// What a [`Writer`](crate::Writer) does with a record of more than 99,999 bytes, or with a field of more
/// than 9,999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oversize {
    /// Writes nothing of it and returns [`Fault::FieldTooLong`](crate::Fault::FieldTooLong) or
    /// [`Fault::RecordTooLong`](crate::Fault::RecordTooLong).
    #[default]
    Refuse,
    /// Leaves the record out, and counts it in [`Written::left_out`](crate::Written::left_out).
    LeaveOut,
    /// Cuts fields at the last character that fits, then leaves out fields from the end until the record
    /// fits, and counts it in [`Written::cut`](crate::Written::cut).
    Cut,
}
