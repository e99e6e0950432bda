//! `cargo xtask loom`: every loom model, and the small ones once more without a bound.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::models::{self, Bound, Models, Package};
use crate::tree::Tree;

/// Runs the models of the workspace at `root`, or of the one package that the arguments name: a line
/// per package, and exit code 1 when a model fails or there is none.
pub(crate) fn run(root: &Path, args: &[String], out: &mut dyn Write) -> Result<u8> {
    let packages = select(models::packages(&Tree::load(root)?), args)?;
    if packages.is_empty() {
        writeln!(out, "loom: no package has a test target `loom`")?;
        return Ok(1);
    }
    let target_dir = models::target_dir(root)?.join("loom");
    let mut all_pass = true;
    for package in &packages {
        let models = Models::build(root, &target_dir, package)?;
        all_pass &= check(&models, out)?;
    }
    Ok(u8::from(!all_pass))
}

/// The packages that the arguments ask for.
fn select(mut packages: Vec<Package>, args: &[String]) -> Result<Vec<Package>> {
    match args {
        [] => {}
        [asked] => {
            let names: Vec<String> = packages.iter().map(|package| package.name.clone()).collect();
            packages.retain(|package| package.name == *asked || package.short_name() == asked);
            if packages.is_empty() {
                bail!("`{asked}` has no loom models; these have: {}", names.join(", "));
            }
        }
        [_, extra, ..] => bail!("`loom` takes one package, and was given `{extra}` as well"),
    }
    Ok(packages)
}

/// Runs the models of one package, which report to the standard output, and returns whether all
/// pass.
fn check(models: &Models, out: &mut dyn Write) -> Result<bool> {
    let name = &models.package.name;
    if models.names.is_empty() {
        writeln!(out, "loom: {name}: no model")?;
        return Ok(false);
    }
    let bounded: Vec<&str> = models.names.iter().map(String::as_str).collect();
    let unbounded: Vec<&str> = models.unbounded().collect();
    let began = Instant::now();
    for (names, bound) in [(&bounded, Bound::Preemptions), (&unbounded, Bound::None)] {
        if names.is_empty() {
            continue;
        }
        out.flush()?;
        let status = models.command(names.iter().copied(), bound).status();
        if !status.with_context(|| format!("run the models of `{name}`"))?.success() {
            let seconds = began.elapsed().as_secs_f64();
            writeln!(out, "loom: {name}: a model FAILED, {seconds:.1} s")?;
            return Ok(false);
        }
    }
    writeln!(
        out,
        "loom: {name}: {} models, {} of them also without a bound, {:.1} s",
        bounded.len(),
        unbounded.len(),
        began.elapsed().as_secs_f64()
    )?;
    Ok(true)
}
