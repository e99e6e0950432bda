//! What a shard finds where it is to write, and whether it may.
//!
//! Shards of a job begin and end when they like, so each meets traces of the others, and touches none
//! of them: not their files, whole or not, and not their manifests.
//!
//! | it finds | [`Refuse`](Existing::Refuse) | [`Resume`](Existing::Resume) | [`Overwrite`](Existing::Overwrite) |
//! |---|---|---|---|
//! | files and manifests of other shards of the job | goes on | goes on | goes on |
//! | shards of another number | refuses | refuses | refuses |
//! | another shard of another job | refuses | refuses | goes on: that shard may be about to be overwritten |
//! | the manifest of another job as a whole | refuses | refuses | refuses: what it names is for no shard to remove |
//! | the manifest of the job as a whole | refuses | keeps what it names of ours | goes on |
//! | its own manifest | refuses | keeps what it names | removes what it names |
//! | anything else | refuses | goes on where a manifest of the job is | goes on |
//!
//! This cannot see what comes into being a moment later; merging looks at everything once more.

use crate::manifest::{Entry, MANIFEST_NAME, Manifest};
use crate::place::Place;
use crate::share::{Owner, Share};
use crate::{Error, Existing, Shard};

/// How many manifests of other shards are looked into: each of those has done the same.
const MANIFESTS_READ: usize = 16;

/// Lets `shard` write to `place`, which holds `names`, or says why it may not. Returns the entries that
/// the manifest of the whole job has.
pub(crate) fn claim(
    place: &dyn Place,
    share: &Share<'_>,
    shard: Shard,
    names: &[&str],
    existing: Existing,
) -> Result<Vec<Entry>, Error> {
    let mut others = Vec::new();
    let mut own = None;
    let mut whole = None;
    let mut anything_else = None;
    for &name in names {
        match Shard::of_manifest(name) {
            _ if name == MANIFEST_NAME => whole = Some(name),
            Some(found) if found == shard => own = Some(name),
            Some(found) if found.count() == shard.count() => others.push(name),
            Some(there) => {
                let (path, here) = (place.at(name), shard.count());
                return Err(Error::OtherSharding { path, there, here });
            }
            None if share.owner(name) == Owner::Theirs => {}
            None => anything_else = Some(anything_else.map_or(name, |least: &str| least.min(name))),
        }
    }
    let of_whole = match whole {
        Some(name) => of_the_job(place, name, share)?,
        None => None,
    };
    if existing != Existing::Overwrite {
        others.sort_unstable();
        for name in others.iter().take(MANIFESTS_READ) {
            of_the_job(place, name, share)?;
        }
    }
    let path = || place.location().to_owned();
    match existing {
        Existing::Refuse => {
            if let Some(entry) = whole.or(own).or(anything_else) {
                return Err(Error::NotEmpty { path: path(), entry: entry.to_owned() });
            }
        }
        Existing::Resume => {
            let is_known = own.is_some() || of_whole.is_some() || !others.is_empty();
            if let Some(entry) = anything_else.filter(|_| !is_known) {
                return Err(Error::NothingToResume { path: path(), entry: entry.to_owned() });
            }
        }
        Existing::Overwrite => {}
    }
    Ok(of_whole.map(|manifest| manifest.entries).unwrap_or_default())
}

/// Reads the manifest `name`, which has to be of the same job. `None` where it has only been begun.
fn of_the_job(place: &dyn Place, name: &str, share: &Share<'_>) -> Result<Option<Manifest>, Error> {
    let Some(manifest) = place.manifest(name)? else { return Ok(None) };
    match manifest.differences(share) {
        None => Ok(Some(manifest)),
        Some(differences) => Err(Error::OtherJob { path: place.at(name), differences }),
    }
}
