//! `cargo xtask weaken`: the mutation test of memory orderings.
//!
//! An ordering that can be weakened without any model noticing is either stronger than it has to be
//! or not covered by a model. For every ordering but `Relaxed`, and for every fence, this weakens
//! that one alone, runs the loom models, and asks that one fails by an assertion, a race or a
//! deadlock.
//!
//! ```text
//! sites       which orderings there are
//!   unbuilt     the code that no model contains
//! sample      which of them are weakened today
//! rewrite     a copy of the workspace that asks at run time which site is the weak one
//! bench       all models against one site after the other
//!   trial       one model against one site
//!     outcome     what it came to
//! document    docs/orderings.md, which also remembers what to try first
//! ```

mod bench;
mod document;
mod outcome;
mod rewrite;
mod sample;
mod sites;
mod trial;
mod unbuilt;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use self::bench::Bench;
use self::document::Row;
use self::sites::{Site, Unmodelled};
use crate::models::{self, Models};
use crate::tree::Tree;

/// How many sites are weakened where nothing is said.
const SAMPLE: usize = 12;

/// What the arguments ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Options {
    /// How many sites are weakened; none is all.
    sample: Option<usize>,
    /// Whether the table is written anew, instead of being compared.
    writes: bool,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let (mut all, mut sample, mut writes) = (false, None, false);
        let mut args = args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            match arg {
                "--all" => all = true,
                "--write" => writes = true,
                "--sample" => {
                    let number = args.next().and_then(|number| number.parse().ok());
                    sample = Some(number.context("`--sample` takes a number")?);
                }
                _ => bail!("`weaken` takes [--all] [--sample N] [--write], and was given `{arg}`"),
            }
        }
        if all && sample.is_some() {
            bail!("`--all` is no sample: leave out `--sample`");
        }
        if writes && !all {
            bail!("`--write` needs every site: say `--all`");
        }
        Ok(Self { sample: (!all).then(|| sample.unwrap_or(SAMPLE)), writes })
    }
}

/// Weakens the sites of the workspace at `root` that the arguments ask for: a line per site, and exit
/// code 1 when one goes unnoticed or the table does not fit.
pub(crate) fn run(root: &Path, args: &[String], out: &mut dyn Write) -> Result<u8> {
    let options = Options::parse(args)?;
    let began = Instant::now();
    let tree = Tree::load(root)?;
    let sites = sites::find(&tree);
    let rows = tree.file(document::PATH).map_or_else(Vec::new, |file| document::read(&file.text));
    if !options.writes && report(&document::differences(&rows, &sites), out)? {
        return Ok(1);
    }

    let folder = models::target_dir(root)?.join("weaken");
    let workspace = folder.join("workspace");
    rewrite::copy(&tree, &sites, &workspace)?;
    let packages = models::packages(&tree);
    let build = |package| Models::build(&workspace, &folder.join("build"), package);
    let models: Vec<Models> = packages.iter().map(build).collect::<Result<_>>()?;
    let mut bench = Bench::new(&workspace, &models, &rows);
    if !bench.pass_unweakened(out)? || (!options.writes && report(&bench.unknown_trials(), out)?) {
        return Ok(1);
    }

    let chosen = choose(options, &sites, &tree);
    let verdicts = bench.weaken(&sites, &chosen, out)?;
    let fits = if options.writes {
        let row = |(number, site)| Row::new(site, verdicts.get(&number).cloned().flatten());
        let rows: Vec<Row> = sites.iter().enumerate().map(row).collect();
        let path = root.join(document::PATH);
        fs::write(&path, document::render(&rows))
            .with_context(|| format!("write `{}`", path.display()))?;
        true
    } else {
        !report(&document::untrue(&rows, &sites, &verdicts), out)?
    };
    let unneeded = unneeded_reasons(&sites, &verdicts);
    for place in &unneeded {
        writeln!(out, "{place}: `Unmodelled:` excuses what a model notices; drop it")?;
    }
    let is_unnoticed = |(site, verdict): &(&usize, &Option<String>)| {
        verdict.is_none() && sites[**site].unmodelled.is_none()
    };
    let n_unnoticed = verdicts.iter().filter(is_unnoticed).count();
    writeln!(
        out,
        "weaken: {} of {} sites, {n_unnoticed} of them unnoticed, {:.0} s",
        chosen.len(),
        sites.len(),
        began.elapsed().as_secs_f64()
    )?;
    Ok(u8::from(n_unnoticed > 0 || !fits || !unneeded.is_empty()))
}

/// The numbers of the sites to weaken. A reason why no model notices is put to the test with all
/// others only: it takes every model to see that it is true.
fn choose(options: Options, sites: &[Site], tree: &Tree) -> Vec<usize> {
    let numbers = 0..sites.len();
    match options.sample {
        None => numbers.filter(|&site| sites[site].is_built()).collect(),
        Some(n) => {
            let candidates = numbers.filter(|&site| sites[site].unmodelled.is_none()).collect();
            sample::draw(candidates, n, sites, tree)
        }
    }
}

/// The comments that give a reason although a model notices each of their sites.
fn unneeded_reasons(sites: &[Site], verdicts: &BTreeMap<usize, Option<String>>) -> Vec<String> {
    let mut all_noticed: BTreeMap<String, bool> = BTreeMap::new();
    for (&site, verdict) in verdicts {
        if let Some(Unmodelled::Explained(line, _)) = sites[site].unmodelled {
            let place = format!("{}:{line}", sites[site].path);
            *all_noticed.entry(place).or_insert(true) &= verdict.is_some();
        }
    }
    all_noticed.into_iter().filter(|&(_, all)| all).map(|(place, _)| place).collect()
}

/// Writes what is wrong with the table, if anything is.
fn report(faults: &[String], out: &mut dyn Write) -> Result<bool> {
    for fault in faults {
        writeln!(out, "{}: {fault}", document::PATH)?;
    }
    if !faults.is_empty() {
        writeln!(out, "weaken: make the table anew with `cargo xtask weaken --all --write`")?;
    }
    Ok(!faults.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Options, SAMPLE};

    fn parse(args: &[&str]) -> Result<Options, String> {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        Options::parse(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn a_sample_is_drawn_unless_all_is_asked_for() {
        let options = |sample, writes| Ok(Options { sample, writes });
        assert_eq!(parse(&[]), options(Some(SAMPLE), false));
        assert_eq!(parse(&["--sample", "3"]), options(Some(3), false));
        assert_eq!(parse(&["--all"]), options(None, false));
        assert_eq!(parse(&["--write", "--all"]), options(None, true));
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        for args in [&["--write"][..], &["--all", "--sample", "3"], &["--sample"], &["all"]] {
            assert!(parse(args).is_err(), "{args:?}");
        }
    }
}
