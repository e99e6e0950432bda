//! Merging: the manifests of all shards become the one that a single run would have written.
//!
//! It takes the place of theirs in one step, and only then do theirs go. Whatever happens between, to
//! merge once more is to finish: a shard whose manifest is gone is in the whole.

use std::time::Instant;

use inrush_coordinator::CancelToken;
use serde::Serialize;

use crate::manifest::{self, Entry, Header, MANIFEST_NAME, Manifest, Totals};
use crate::place::Place;
use crate::{Destination, Error, Mismatch, Shard, Spec};

/// How merging went. Where anything is unfinished or does not match, nothing was changed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Merge {
    /// Shards whose manifests were merged; none where an earlier merge had done it.
    pub shards: u64,
    /// Files of the whole job.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Wall-clock time in seconds.
    pub seconds: f64,
    /// The root hash of the whole job, if its manifest is there now.
    pub root: Option<String>,
    /// Whether merging was stopped before its end.
    pub stopped: bool,
    /// Shards that are missing, or have files to make.
    pub unfinished: Vec<Mismatch>,
    /// What is not as the shards, or the plan, say.
    pub mismatches: Vec<Mismatch>,
}

/// Makes one manifest of those of all shards of the job in `destination`, and removes theirs.
///
/// Each shard has to be complete, of the same job and number, and to name the files that are its own,
/// which have to be there in the lengths that it says; their bytes are for
/// [`verify`](crate::verify()) to judge. A job that is merged already is looked at in the same way.
///
/// # Errors
/// Where there is nothing to merge, where shards are of different jobs or numbers, where the
/// destination is being written to, or where the manifest cannot be written. What is wrong with
/// shards of one job is in the report.
pub fn merge(destination: &Destination, cancel: &CancelToken) -> Result<Merge, Error> {
    let started = Instant::now();
    let place = destination.place_of_files("merged")?;
    let _lock = place.lock()?;
    let listing = place.listing()?;
    let shards = shards_of(listing.keys().map(String::as_str));
    let whole = place.manifest(MANIFEST_NAME)?;
    let found = Found::read(&*place, &shards, whole)?;
    let mut report = Merge {
        shards: shards.len() as u64,
        files: 0,
        rows: 0,
        bytes: 0,
        seconds: 0.0,
        root: None,
        stopped: false,
        unfinished: found.unfinished(),
        mismatches: Vec::new(),
    };
    let mut entries = found.entries(&mut report.mismatches)?;
    for entry in &entries {
        let problem = match listing.get(&entry.name) {
            Some(bytes) if *bytes == entry.bytes => continue,
            Some(bytes) => format!("{bytes} bytes, but its manifest says {}", entry.bytes),
            None => "is missing".to_owned(),
        };
        report.mismatches.push(Mismatch { name: entry.name.clone(), problem });
    }
    report.mismatches.sort_by(|a, b| a.name.cmp(&b.name));
    report.stopped = cancel.is_cancelled();
    let (text, totals) = manifest::text(&Header::new(&found.spec, None), &mut entries);
    (report.files, report.rows, report.bytes) = (totals.files, totals.rows, totals.bytes);
    if report.unfinished.is_empty() && report.mismatches.is_empty() && !report.stopped {
        if !shards.is_empty() {
            place.put_manifest(&text)?;
            let names: Vec<String> = shards.iter().map(|shard| shard.manifest_name()).collect();
            place.remove_manifests(&names)?;
        }
        report.root = Some(totals.root);
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Says of a place that has no manifest of the whole job which shards are there, if any are.
pub(crate) fn unmerged(place: &dyn Place) -> Result<Option<Error>, Error> {
    let listing = place.listing()?;
    let shards = shards_of(listing.keys().map(String::as_str));
    if shards.is_empty() {
        return Ok(None);
    }
    let found = Found::read(place, &shards, None)?;
    let mut state = vec![format!("{} of {} are there", shards.len(), found.count)];
    let unfinished = found.unfinished();
    state.extend(unfinished.iter().map(|shard| format!("{}: {}", shard.name, shard.problem)));
    if unfinished.is_empty() {
        state.push("all are complete".to_owned());
    }
    Ok(Some(Error::NotMerged { path: place.location().to_owned(), state }))
}

/// The shards whose manifests are among `names`, in order.
fn shards_of<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Shard> {
    let mut shards: Vec<Shard> = names.filter_map(Shard::of_manifest).collect();
    shards.sort_unstable();
    shards
}

/// The manifests of one job that are there.
struct Found {
    spec: Spec,
    count: u32,
    /// By shard; `None` where a manifest has no header yet.
    shards: Vec<(Shard, Option<Manifest>)>,
    /// That of the whole job, if it is there.
    whole: Option<Manifest>,
}

impl Found {
    /// Reads the manifests of `shards`, and refuses them where they are not of one job.
    fn read(place: &dyn Place, shards: &[Shard], whole: Option<Manifest>) -> Result<Self, Error> {
        let count = shards.first().map_or(1, |shard| shard.count());
        if let Some(&there) = shards.iter().find(|shard| shard.count() != count) {
            let path = place.at(&there.manifest_name());
            return Err(Error::OtherSharding { path, there, here: count });
        }
        let read = |&shard: &Shard| -> Result<_, Error> {
            Ok((shard, place.manifest(&shard.manifest_name())?))
        };
        let shards: Vec<_> = shards.iter().map(read).collect::<Result<_, Error>>()?;
        let of_shards = shards
            .iter()
            .filter_map(|(shard, manifest)| Some((shard.manifest_name(), manifest.as_ref()?)));
        let of_whole = whole.iter().map(|manifest| (MANIFEST_NAME.to_owned(), manifest));
        let mut all = of_shards.chain(of_whole);
        let nothing = || Error::NoManifest { path: place.location().to_owned() };
        let (first_name, first) = all.next().ok_or_else(nothing)?;
        let spec = first.header.spec.clone();
        for (name, manifest) in all {
            if manifest.header.spec != spec {
                let differences = spec.differences(&manifest.header.spec);
                let (path, with) = (place.at(&name), first_name);
                return Err(Error::ShardsDiffer { path, with, differences });
            }
        }
        Ok(Self { spec, count, shards, whole })
    }

    /// That of the whole job, where it is complete.
    fn complete(&self) -> Option<&Manifest> {
        self.whole.as_ref().filter(|whole| whole.totals.is_some())
    }

    /// The shards that are missing or have files to make.
    fn unfinished(&self) -> Vec<Mismatch> {
        let mut unfinished = Vec::new();
        let mut add = |name: String, problem: &str| {
            unfinished.push(Mismatch { name, problem: problem.to_owned() });
        };
        let gap = |from: u32, to: u32| match to - from {
            0 => format!("shard {from}/{}", self.count),
            _ => format!("shards {from}/{0} to {to}/{0}", self.count),
        };
        // The whole has the files of shards whose manifests are gone.
        let may_be_gone = self.complete().is_some();
        let mut next = 0;
        for (shard, manifest) in &self.shards {
            if shard.index() > next && !may_be_gone {
                add(gap(next, shard.index() - 1), "no manifest: not begun");
            }
            next = shard.index() + 1;
            if manifest.as_ref().is_none_or(|manifest| manifest.totals.is_none()) {
                add(gap(shard.index(), shard.index()), "not complete: resume it");
            }
        }
        match (self.shards.is_empty(), may_be_gone) {
            (true, false) => add(MANIFEST_NAME.to_owned(), "the job is not complete: resume it"),
            (false, false) if next < self.count => {
                add(gap(next, self.count - 1), "no manifest: not begun");
            }
            _ => {}
        }
        unfinished
    }

    /// The entry of every file of the job, as far as there are any. What contradicts the plan, or
    /// another manifest, is added to `faults`.
    fn entries(&self, faults: &mut Vec<Mismatch>) -> Result<Vec<Entry>, Error> {
        let open = self.spec.open()?;
        let source = &*open.source;
        // A plan has at most as many files as fit in memory.
        let mut entries: Vec<Option<Entry>> = vec![None; source.n_files() as usize];
        let mut strays = Vec::new();
        let mut fault = |name: &str, problem: String| {
            faults.push(Mismatch { name: name.to_owned(), problem });
        };
        for (shard, manifest) in &self.shards {
            let Some(manifest) = manifest else { continue };
            let name = shard.manifest_name();
            if manifest.header.shard != Some(*shard) {
                let says = manifest.header.shard.map_or("none".to_owned(), |s| s.to_string());
                fault(&name, format!("is of shard {shard} by its name, of {says} by its header"));
            }
            self_consistent(manifest, &name, &mut fault);
            for entry in &manifest.entries {
                match source.file_of(&entry.name) {
                    None => fault(&entry.name, format!("is in `{name}`, but not in the plan")),
                    Some(file) if !shard.owns(file) => strays.push((file, name.clone())),
                    Some(file) => entries[file as usize] = Some(entry.clone()),
                }
            }
            if manifest.totals.is_some() {
                let files = shard.files(source.n_files());
                for file in files.filter(|&file| entries[file as usize].is_none()) {
                    fault(&source.file_name(file), format!("is planned, but not in `{name}`"));
                }
            }
        }
        for (file, name) in strays {
            let owner = Shard::owner(file, self.count);
            let twice = match &entries[file as usize] {
                Some(_) => format!(", and in `{}`", owner.manifest_name()),
                None => String::new(),
            };
            let problem = format!("is in `{name}`{twice}: it belongs to shard {owner} alone");
            fault(&source.file_name(file), problem);
        }
        if let Some(whole) = self.complete() {
            self_consistent(whole, MANIFEST_NAME, &mut fault);
            for entry in &whole.entries {
                let Some(file) = source.file_of(&entry.name) else {
                    let problem = format!("is in `{MANIFEST_NAME}`, but not in the plan");
                    fault(&entry.name, problem);
                    continue;
                };
                let owner = Shard::owner(file, self.count);
                match &mut entries[file as usize] {
                    Some(of_shard) if !of_shard.is_same_file(entry) => {
                        let name = owner.manifest_name();
                        let problem = format!("`{name}` and `{MANIFEST_NAME}` disagree about it");
                        fault(&entry.name, problem);
                    }
                    Some(_) => {}
                    none => *none = Some(entry.clone()),
                }
            }
            let missing = entries.iter().enumerate().filter(|(_, entry)| entry.is_none());
            for (file, _) in missing {
                let name = source.file_name(file as u64);
                fault(&name, format!("is planned, but not in `{MANIFEST_NAME}`"));
            }
        }
        for (file, entry) in entries.iter().enumerate() {
            let rows = source.rows(file as u64);
            if let Some(entry) = entry.as_ref().filter(|entry| entry.rows != rows) {
                let says = entry.rows;
                fault(&entry.name, format!("its manifest says {says} rows, the plan {rows}"));
            }
        }
        Ok(entries.into_iter().flatten().collect())
    }
}

/// What is wrong with a manifest by itself.
fn self_consistent(manifest: &Manifest, name: &str, fault: &mut impl FnMut(&str, String)) {
    if manifest.header.spec_hash != manifest.header.spec.hash() {
        fault(name, "the hash of the specification does not match it".to_owned());
    }
    if manifest.totals.as_ref().is_some_and(|totals| *totals != Totals::of(&manifest.entries)) {
        fault(name, "the totals do not match the files listed".to_owned());
    }
}
