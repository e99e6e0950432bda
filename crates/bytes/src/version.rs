//! The version of the stream.

/// Changes whenever any byte of any stream would come out different. A manifest records it, so
/// that a later release says "written by stream 1" rather than "corrupt".
pub const STREAM_VERSION: u32 = 1;
