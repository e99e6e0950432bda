//! What is in a file of catalogue records.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use inrush_coordinator::CancelToken;
use inrush_marc::{Batch, Coding, Problem, RecordRef, Tag};

use super::{ReadOptions, read};
use crate::Error;

/// What is in a file of catalogue records.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Survey {
    /// Records that could be read.
    pub records: u64,
    /// How many of them are in MARC-8.
    pub marc8: u64,
    /// Bytes of the longest.
    pub longest: u64,
    /// Bytes of all of them.
    pub bytes: u64,
    /// The fields, by tag.
    pub tags: BTreeMap<String, TagCount>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// The fields of a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagCount {
    /// Records that have one or more.
    pub records: u64,
    /// Fields.
    pub fields: u64,
    /// Bytes of the longest, without its terminator.
    pub longest: u64,
    /// The codes of its subfields, in order; none for control fields.
    pub codes: BTreeSet<char>,
}

/// The same of a batch; tags as they are compared fastest.
#[derive(Default)]
struct Count {
    survey: Survey,
    tags: BTreeMap<Tag, TagCount>,
}

/// Counts what is in `input`, called `name` in errors. It is read leniently, whatever `options` say: what
/// is wrong is part of the answer.
///
/// # Errors
/// [`Error::Records`] where the input cannot be read; [`Error::Stopped`].
pub fn survey(
    input: impl Read,
    name: &Path,
    options: ReadOptions,
    cancel: &CancelToken,
) -> Result<Survey, Error> {
    let options = ReadOptions { is_lenient: true, ..options };
    let mut all = Count::default();
    let found = read(input, name, options, cancel, count, |count| {
        all.add(count);
        Ok(())
    })?;
    let tags = all.tags.into_iter().map(|(tag, count)| (tag.to_string(), count)).collect();
    Ok(Survey { tags, problems: found.problems, ..all.survey })
}

fn count(batch: &Batch) -> Count {
    let mut count = Count::default();
    let mut seen = Vec::new();
    for record in batch.records() {
        count.survey.records += 1;
        count.survey.marc8 += u64::from(record.leader().coding() == Coding::Marc8);
        let bytes = record.encoded_len() as u64;
        count.survey.bytes += bytes;
        count.survey.longest = count.survey.longest.max(bytes);
        count.fields(record, &mut seen);
    }
    count
}

impl Count {
    fn fields(&mut self, record: RecordRef<'_>, seen: &mut Vec<Tag>) {
        seen.clear();
        for field in record.fields() {
            let count = self.tags.entry(field.tag()).or_default();
            count.fields += 1;
            count.longest = count.longest.max(field.bytes().len() as u64);
            count.codes.extend(field.subfields().map(|subfield| char::from(subfield.code())));
            if !seen.contains(&field.tag()) {
                seen.push(field.tag());
                count.records += 1;
            }
        }
    }

    fn add(&mut self, other: Self) {
        let (all, more) = (&mut self.survey, other.survey);
        all.records += more.records;
        all.marc8 += more.marc8;
        all.bytes += more.bytes;
        all.longest = all.longest.max(more.longest);
        for (tag, more) in other.tags {
            let all = self.tags.entry(tag).or_default();
            all.records += more.records;
            all.fields += more.fields;
            all.longest = all.longest.max(more.longest);
            all.codes.extend(more.codes);
        }
    }
}
