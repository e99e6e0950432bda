#![doc = include_str!("../../../docs/batching.md")]
