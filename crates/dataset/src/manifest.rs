//! The manifest: what a folder says of itself.
//!
//! `_manifest.jsonl` holds one JSON object a line, and so does the manifest of a
//! [shard](crate::Shard), `_manifest-00003-of-00008.jsonl`:
//!
//! | line | holds |
//! |---|---|
//! | first | [`Header`]: the whole specification, its hash, and the shard, if it is one |
//! | one per whole file | [`Entry`]: name, rows, bytes, xxh3, attempts, seconds |
//! | last | [`Totals`]: the sums, and a root hash over the entries |
//!
//! While a job runs it is a journal: entries are appended as files become whole, in any order. At
//! the end it is written anew, sorted by name, and only then has the last line, which is the mark
//! that the job is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::share::{Owner, Share};
use crate::{Error, Shard, Spec};

/// The name of the manifest in its folder.
pub const MANIFEST_NAME: &str = "_manifest.jsonl";

/// The version of the manifest's own form.
const FORM: u32 = 1;

/// The first line: what was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Header {
    /// The version of the manifest's form.
    pub manifest: u32,
    /// The specification.
    pub spec: Spec,
    /// [`Spec::hash`].
    pub spec_hash: String,
    /// The shard whose files these are; absent where they are those of the whole job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

impl Header {
    /// The header for `spec`, or for a shard of it.
    pub fn new(spec: &Spec, shard: Option<Shard>) -> Self {
        Self { manifest: FORM, spec: spec.clone(), spec_hash: spec.hash(), shard }
    }
}

/// A whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// The file's name in its folder.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// Its length.
    pub bytes: u64,
    /// Its xxh3 (64 bits, seed 0), in hexadecimal.
    pub xxh3: String,
    /// How often it was begun.
    pub attempts: u32,
    /// How long it took.
    pub seconds: f64,
}

impl Entry {
    /// Whether `other` says the same of the same file, however it was made.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        let file = |entry: &Self| (entry.name.clone(), entry.rows, entry.bytes, entry.xxh3.clone());
        file(self) == file(other)
    }
}

/// The last line: the sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Totals {
    /// Whole files.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// [`root_hash`].
    pub root: String,
}

impl Totals {
    /// The sums of `entries`, which are sorted by name.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        Self {
            files: entries.len() as u64,
            rows: entries.iter().map(|entry| entry.rows).sum(),
            bytes: entries.iter().map(|entry| entry.bytes).sum(),
            root: root_hash(entries),
        }
    }
}

/// xxh3 (64 bits, seed 0), in hexadecimal, over a line `name \t rows \t bytes \t xxh3 \n` for each
/// of `entries`, sorted by name. Two folders with the same root hold the same files.
pub fn root_hash(entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let text: String = sorted
        .iter()
        .map(|e| format!("{}\t{}\t{}\t{}\n", e.name, e.rows, e.bytes, e.xxh3))
        .collect();
    checksum_text(XxHash3_64::oneshot(text.as_bytes()))
}

/// A checksum as the manifest writes it.
pub(crate) fn checksum_text(xxh3: u64) -> String {
    format!("{xxh3:016x}")
}

/// A whole manifest, of a complete job, and its totals; the entries are sorted for it.
pub(crate) fn text(header: &Header, entries: &mut [Entry]) -> (Vec<u8>, Totals) {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let totals = Totals::of(entries);
    let mut text = line(header);
    for entry in entries {
        text.extend(line(entry));
    }
    text.extend(line(&totals));
    (text, totals)
}

/// A line of a manifest.
pub(crate) fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("numbers and texts have a JSON form");
    line.push(b'\n');
    line
}

/// A manifest as it was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// What was asked for.
    pub header: Header,
    /// The whole files; of two entries of one name, the later.
    pub entries: Vec<Entry>,
    /// The mark that the job is complete, if it is.
    pub totals: Option<Totals>,
    /// The length up to the end of the last line that could be read: a process that was killed may
    /// have left a part of a line behind it.
    pub(crate) sound_bytes: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Entry(Entry),
    Totals(Totals),
}

impl Manifest {
    /// The path of the manifest of `folder`.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(MANIFEST_NAME)
    }

    /// Reads the manifest of `folder`; `None` where there is none, or one without a header, as a
    /// process leaves it that was killed in its first moments.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the line that cannot be understood; a last line without an end is
    /// passed over, as a process that was killed leaves one.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        Self::read_at(&Self::path(folder))
    }

    /// Reads the manifest at `path`, as [`read`](Self::read) does.
    pub(crate) fn read_at(path: &Path) -> Result<Option<Self>, Error> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", path, error)),
        };
        Self::parse(path, &bytes)
    }

    /// Reads a manifest from its bytes; errors call it `path`.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Option<Self>, Error> {
        let sound = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let fault = |line: usize, message: String| Error::Manifest {
            path: path.to_owned(),
            line: line + 1,
            message,
        };
        let text = std::str::from_utf8(&bytes[..sound]).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            fault(line, "not UTF-8".to_owned())
        })?;
        let mut lines = text.lines().enumerate();
        let Some((_, first)) = lines.next() else { return Ok(None) };
        let header: Header = serde_json::from_str(first)
            .map_err(|error| fault(0, format!("not the header of a manifest: {error}")))?;
        if header.manifest != FORM {
            let form = header.manifest;
            return Err(fault(0, format!("a manifest of form {form}; this version reads {FORM}")));
        }
        let mut manifest =
            Self { header, entries: Vec::new(), totals: None, sound_bytes: sound as u64 };
        for (number, line) in lines {
            match serde_json::from_str(line) {
                // An entry behind the mark means that the job went on.
                Ok(Line::Entry(entry)) => {
                    manifest.totals = None;
                    manifest.entries.push(entry);
                }
                Ok(Line::Totals(totals)) => manifest.totals = Some(totals),
                Err(_) => {
                    let message = "neither a file nor the totals of a manifest";
                    return Err(fault(number, message.to_owned()));
                }
            }
        }
        manifest.keep_the_latest();
        Ok(Some(manifest))
    }

    /// In what its job differs from that of `share`, if it does.
    pub(crate) fn differences(&self, share: &Share<'_>) -> Option<Vec<String>> {
        let (here, there) = (&share.spec.spec, &self.header.spec);
        (here != there).then(|| here.differences(there))
    }

    /// Refuses a manifest that is not of the job of `share`. `path` is where it lies.
    pub(crate) fn of_the_job(self, path: &Path, share: &Share<'_>) -> Result<Self, Error> {
        match self.differences(share) {
            None => Ok(self),
            Some(differences) => Err(Error::OtherSpec { path: path.to_owned(), differences }),
        }
    }

    /// The manifest less the entries of files that are not of `share`, or not there as they say.
    pub(crate) fn less_what_is_gone(
        mut self,
        share: &Share<'_>,
        is_there: impl Fn(&Entry) -> bool,
    ) -> Self {
        self.entries.retain(|entry| share.owner(&entry.name) == Owner::Ours && is_there(entry));
        self
    }

    /// Whether the header names `shard`, as the name of the manifest does.
    pub(crate) fn check_shard(&self, path: &Path, shard: Shard) -> Result<(), Error> {
        if self.header.shard == Some(shard) {
            return Ok(());
        }
        let named = self.header.shard.map_or("none".to_owned(), |shard| shard.to_string());
        let message = format!("its name says shard {shard}, but its header {named}");
        Err(Error::Manifest { path: path.to_owned(), line: 1, message })
    }

    pub(crate) fn keep_the_latest(&mut self) {
        // A stable sort keeps the order of entries of one name, so the last of them is the latest.
        self.entries.sort_by(|a, b| a.name.cmp(&b.name));
        self.entries.reverse();
        self.entries.dedup_by(|later, earlier| later.name == earlier.name);
        self.entries.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, rows: u64) -> Entry {
        Entry {
            name: name.to_owned(),
            rows,
            bytes: 1,
            xxh3: checksum_text(9),
            attempts: 1,
            seconds: 0.5,
        }
    }

    #[test]
    fn the_root_does_not_depend_on_order_time_or_attempts() {
        let (a, b) = (entry("a", 1), entry("b", 2));
        let slow = Entry { seconds: 9.0, attempts: 3, ..a.clone() };
        let root = root_hash(&[a.clone(), b.clone()]);
        assert_eq!(root, root_hash(&[b.clone(), slow]));
        assert_ne!(root, root_hash(&[a, entry("b", 3)]));
    }

    #[test]
    fn of_two_entries_of_a_name_the_later_counts() {
        let schema = inrush_tables::Schema::builtin("seed7").expect("the builtin schema parses");
        let spec = crate::TableSpec::new(&schema, 1, 1, crate::FileFormat::csv());
        let spec = Spec::from(spec.expect("it is valid"));
        let mut manifest = Manifest {
            header: Header::new(&spec, None),
            entries: vec![entry("b", 1), entry("a", 1), entry("b", 2)],
            totals: None,
            sound_bytes: 0,
        };
        manifest.keep_the_latest();
        assert_eq!(manifest.entries, [entry("a", 1), entry("b", 2)]);
    }
}
