#![doc = include_str!("../../../docs/many-files.md")]
