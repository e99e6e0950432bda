//! Small jobs, the places where they go, and what they leave there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use inrush_dataset::{
    BytesSpec, CancelToken, Destination, Entry, Error, Existing, FileFormat, MarcSpec, Merge,
    ObjectSpec, RunOptions, Shard, Spec, Summary, TableSpec, merge, root_hash, run,
};
use inrush_tables::Schema;
use serde_json::Value;
use tempfile::TempDir;

/// More files than most shardings have shards, and not divisible by them.
pub(crate) const FILES: u64 = 11;

pub(crate) fn csv(seed: u64) -> Spec {
    table(FileFormat::csv(), seed)
}

pub(crate) fn table(format: FileFormat, seed: u64) -> Spec {
    let schema = Schema::builtin("seed7").expect("the builtin schema parses");
    let spec = TableSpec::new(&schema, 157, FILES, format).expect("the spec is valid");
    spec.with_seed(seed).into()
}

pub(crate) fn bytes() -> Spec {
    let template = ObjectSpec::builder(0).dedup(1.5).compress(2.5).build();
    let sizes = "lognormal:4KiB:1.0".parse().expect("it is a distribution");
    let spec = BytesSpec::new(FILES, sizes, &template.expect("the ratios are in range"));
    spec.expect("the spec is valid").into()
}

pub(crate) fn marc() -> Spec {
    MarcSpec::new(157, FILES, 3).expect("the spec is valid").into()
}

pub(crate) fn shard(index: u32, count: u32) -> Shard {
    Shard::new(index, count).expect("the shard is one")
}

/// A place of either kind, whose files a test may look at and damage.
pub(crate) struct Place {
    _folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) destination: Destination,
}

impl Place {
    pub(crate) fn folder() -> Self {
        Self::new(|path| Destination::Folder(path.to_owned()))
    }

    /// An object store that keeps its objects as files.
    pub(crate) fn store() -> Self {
        Self::new(|path| Destination::Objects(format!("file://{}", path.display())))
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::folder(), Self::store()]
    }

    fn new(destination: impl Fn(&Path) -> Destination) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("out");
        fs::create_dir(&path).expect("the folder is new");
        let destination = destination(&path);
        Self { _folder: folder, path, destination }
    }

    pub(crate) fn options(&self, shard: Option<Shard>, existing: Existing) -> RunOptions {
        let mut options = RunOptions::new(self.destination.clone());
        options.shard = shard;
        options.existing = existing;
        options.jobs = Some(2);
        options
    }

    /// Makes the files of a shard, or of all, where nothing of theirs is.
    #[track_caller]
    pub(crate) fn make(&self, spec: &Spec, shard: Option<Shard>) -> Summary {
        self.attempt(spec, shard, Existing::Refuse).expect("the run is no refusal")
    }

    #[track_caller]
    pub(crate) fn resume(&self, spec: &Spec, shard: Option<Shard>) -> Summary {
        self.attempt(spec, shard, Existing::Resume).expect("the run is no refusal")
    }

    pub(crate) fn attempt(
        &self,
        spec: &Spec,
        shard: Option<Shard>,
        existing: Existing,
    ) -> Result<Summary, Error> {
        let summary = run(spec, &self.options(shard, existing), &CancelToken::default(), &())?;
        assert!(summary.failures.is_empty(), "{:?}", summary.failures);
        Ok(summary)
    }

    /// Makes all shards, one after another.
    pub(crate) fn make_all(&self, spec: &Spec, count: u32) {
        for index in 0..count {
            self.make(spec, Some(shard(index, count)));
        }
    }

    pub(crate) fn merge(&self) -> Result<Merge, Error> {
        merge(&self.destination, &CancelToken::default())
    }

    /// Merges where there is nothing to object to.
    #[track_caller]
    pub(crate) fn merged(&self) -> Merge {
        let merge = self.merge().expect("merging is no refusal");
        assert!(merge.unfinished.is_empty() && merge.mismatches.is_empty(), "{merge:?}");
        assert!(merge.root.is_some());
        merge
    }

    /// Everything that lies there, by name.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path, "", &mut files);
        files
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }

    /// The lines of a manifest, without what differs from run to run.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path.join(name)).expect("the manifest is there");
        let line = |line: &str| -> Value {
            let mut line: Value = serde_json::from_str(line).expect("each line is JSON");
            if let Some(fields) = line.as_object_mut() {
                fields.remove("attempts");
                fields.remove("seconds");
            }
            line
        };
        text.lines().map(line).collect()
    }

    /// Changes the header and the entries of a manifest, and makes the totals fit again.
    pub(crate) fn rewrite(&self, name: &str, change: impl FnOnce(&mut Value, &mut Vec<Entry>)) {
        let path = self.path.join(name);
        let text = fs::read_to_string(&path).expect("the manifest is there");
        let lines: Vec<&str> = text.lines().collect();
        let (first, rest) = lines.split_first().expect("there is a header");
        let (_, rest) = rest.split_last().expect("there are totals");
        let mut header: Value = serde_json::from_str(first).expect("the header is JSON");
        let parsed = rest.iter().map(|line| serde_json::from_str(line));
        let mut entries: Vec<Entry> =
            parsed.collect::<Result<_, _>>().expect("each line between is an entry");
        change(&mut header, &mut entries);
        let totals = serde_json::json!({
            "files": entries.len(),
            "rows": entries.iter().map(|entry| entry.rows).sum::<u64>(),
            "bytes": entries.iter().map(|entry| entry.bytes).sum::<u64>(),
            "root": root_hash(&entries),
        });
        let mut text = format!("{header}\n");
        for entry in &entries {
            text.push_str(&serde_json::to_string(entry).expect("an entry has a JSON form"));
            text.push('\n');
        }
        text.push_str(&format!("{totals}\n"));
        fs::write(path, text).expect("the manifest is written");
    }

    /// Leaves of a complete shard in a store what it has noted when it is killed before its end.
    pub(crate) fn kill(&self, shard: Shard) {
        let path = self.path.join(shard.manifest_name());
        let text = fs::read_to_string(&path).expect("the manifest is there");
        let lines: Vec<&str> = text.lines().collect();
        let (header, rest) = lines.split_first().expect("there is a header");
        let (_, entries) = rest.split_last().expect("there are totals");
        let notes = self.path.join("_manifest.d");
        fs::create_dir_all(&notes).expect("the folder is there");
        for line in entries {
            let entry: Entry = serde_json::from_str(line).expect("it is an entry");
            let note = notes.join(format!("{}.json", entry.name));
            fs::write(note, format!("{line}\n")).expect("the note is written");
        }
        fs::write(path, format!("{header}\n")).expect("the manifest is written");
    }

    /// The name of a file of the job that is there.
    pub(crate) fn file(&self, index: usize) -> String {
        let marks = format!("-{index:05}-of-");
        let is_it = |name: &String| !name.starts_with('_') && name.contains(&marks);
        self.names().into_iter().find(is_it).expect("the file is there")
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("and its entries").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else {
            let bytes = fs::read(&path).expect("the file can be read");
            files.insert(format!("{prefix}{name}"), bytes);
        }
    }
}

/// Asserts that two places hold the same files, and manifests that say so.
#[track_caller]
pub(crate) fn same(place: &Place, reference: &Place) {
    let data = |place: &Place| {
        let mut files = place.files();
        files.remove("_manifest.jsonl").expect("the manifest is there");
        files
    };
    let (here, there) = (data(place), data(reference));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&here), names(&there));
    assert!(here == there, "the files differ");
    assert_eq!(place.lines("_manifest.jsonl"), reference.lines("_manifest.jsonl"));
}
