//! `docs/orderings.md`: which model notices which ordering.
//!
//! The table is made by machine and read by it again: it remembers which model to try first, and a
//! row too many or too few is a finding.

use std::collections::BTreeMap;

use super::sites::{Site, Unmodelled};

/// Where the table stands.
pub(super) const PATH: &str = "docs/orderings.md";

/// What stands in front of a reason in the last cell.
const NOT_MODELLED: &str = "not modelled: ";

/// What stands in the last cell of a site that no model notices.
const NOTHING: &str = "nothing";

const OPENING: &str = "\
# Memory orderings, each weakened once

This table is made by `cargo xtask weaken --all --write`. It has a row for every memory ordering other
than `Relaxed`, and for every fence, in `crates/sync` and `crates/batch`. The command turns one of them
into `Relaxed`, or leaves the fence out, changes nothing else, and runs the loom models. The model in
the last column passes with the ordering and fails without it: by an assertion, by a race (loom saw two
accesses of which neither happens before the other), or by a deadlock. So each ordering is needed, and
its loss would be noticed. It does not follow that the orderings are enough; that is what the models
themselves say, within their sizes and with two preemptions (three in `sync`), or `without a bound`.

`not modelled` says why no model can notice; `nothing` is a gap, and an error. `cargo xtask weaken`
compares the rows with the source and repeats a sample.

| site | ordering | edge | noticed by |
|---|---|---|---|
";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) site: String,
    ordering: String,
    edges: String,
    noticed: String,
}

impl Row {
    /// The row of a site that one of the trials noticed, as that one says it, or none.
    pub(super) fn new(site: &Site, noticed: Option<String>) -> Self {
        let code = |text: &String| format!("`{text}`");
        let edges: Vec<String> = site.edges.iter().map(code).collect();
        Self {
            site: site.name.clone(),
            ordering: code(&site.ordering),
            edges: edges.join(", "),
            noticed: noticed.or_else(|| reason(site)).unwrap_or_else(|| NOTHING.to_owned()),
        }
    }

    /// The trial that noticed.
    pub(super) fn trial(&self) -> Option<&str> {
        self.noticed.starts_with('`').then(|| self.noticed.split(", ").next()).flatten()
    }

    /// What is wrong with the row, if it is to be that of this site.
    fn fault(&self, site: &Site) -> Option<String> {
        let right = Self::new(site, None);
        if self.ordering != right.ordering || self.edges != right.edges {
            let (ordering, edges) = (&right.ordering, &right.edges);
            return Some(format!("is now {ordering} with the edge {edges}"));
        }
        // A reason is given for a statement, of which a model may notice a part.
        let is_free = site.is_built() && self.trial().is_some();
        (!is_free && (self.noticed != right.noticed || right.noticed == NOTHING))
            .then(|| format!("is said to be noticed by: {}", self.noticed))
    }
}

/// Why no model can notice.
fn reason(site: &Site) -> Option<String> {
    Some(match site.unmodelled.as_ref()? {
        Unmodelled::Unbuilt(predicate) => format!("{NOT_MODELLED}built only where `{predicate}`"),
        Unmodelled::Explained(_, reason) => {
            format!("{NOT_MODELLED}{}", reason.trim_end_matches('.'))
        }
    })
}

/// The rows of a document.
pub(super) fn read(text: &str) -> Vec<Row> {
    text.lines()
        .filter_map(|line| {
            let line = line.strip_prefix("| `")?.strip_suffix(" |")?;
            let cells: Vec<String> =
                line.split(" | ").map(|cell| cell.trim().replace("\\|", "|")).collect();
            let [site, ordering, edges, noticed] = cells.try_into().ok()?;
            let site = site.strip_suffix('`')?.to_owned();
            Some(Row { site, ordering, edges, noticed })
        })
        .collect()
}

/// The whole document.
pub(super) fn render(rows: &[Row]) -> String {
    let mut text = OPENING.to_owned();
    for Row { site, ordering, edges, noticed } in rows {
        let cells = [&format!("`{site}`"), ordering, edges, noticed];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Where the rows and the sites of the source differ.
pub(super) fn differences(rows: &[Row], sites: &[Site]) -> Vec<String> {
    let mut left: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.site.as_str(), row)).collect();
    let mut found = Vec::new();
    for site in sites {
        match left.remove(site.name.as_str()) {
            None => found.push(format!("`{}` has no row", site.name)),
            Some(row) => {
                found.extend(row.fault(site).map(|fault| format!("`{}` {fault}", site.name)));
            }
        }
    }
    found.extend(left.keys().map(|name| format!("`{name}` is no site of the source")));
    found
}

/// The rows of which this run has found another end.
pub(super) fn untrue(
    rows: &[Row],
    sites: &[Site],
    verdicts: &BTreeMap<usize, Option<String>>,
) -> Vec<String> {
    let by_name: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.site.as_str(), row)).collect();
    let untrue = |(&number, verdict): (&usize, &Option<String>)| {
        let row = by_name.get(sites[number].name.as_str())?;
        let right = Row::new(&sites[number], verdict.clone());
        let (name, said, found) = (&row.site, &row.noticed, right.noticed);
        (*said != found)
            .then(|| format!("`{name}` is said to be noticed by: {said}; it is: {found}"))
    };
    verdicts.iter().filter_map(untrue).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Row, differences, read, render, untrue};
    use crate::tree::Tree;
    use crate::weaken::sites::{Site, find, tests::TEXT};

    fn sites() -> Vec<Site> {
        find(&Tree::from_files([("crates/sync/src/slot.rs", TEXT)]))
    }

    fn rows(sites: &[Site]) -> Vec<Row> {
        let noticed = |site: &Site| {
            site.unmodelled.is_none().then(|| "`sync: a::b` without a bound, race".to_owned())
        };
        sites.iter().map(|site| Row::new(site, noticed(site))).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let rows = rows(&sites());
        assert_eq!(read(&render(&rows)), rows);
        assert_eq!(rows[0].trial(), Some("`sync: a::b` without a bound"));
        assert_eq!(rows[1].trial(), None);
    }

    #[test]
    fn a_table_of_the_sources_has_no_difference() {
        let sites = sites();
        assert_eq!(differences(&rows(&sites), &sites), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_named() {
        let sites = sites();
        let mut rows = rows(&sites);
        rows[3].noticed = "nothing".to_owned();
        rows[4].ordering = "`Acquire`".to_owned();
        rows[6].noticed = "`sync: a::b`, race".to_owned();
        let gone = rows.remove(0);
        rows.push(Row { site: "sync/src/gone.rs: f, a.load".to_owned(), ..gone });
        let expected = [
            "`sync/src/slot.rs: Slot::put, state.store` has no row",
            "`sync/src/slot.rs: Slot::get, state.store` is said to be noticed by: nothing",
            "`sync/src/slot.rs: Slot::get, state.store (2)` is now `Release` with the edge ",
            "`sync/src/slot.rs: native, compiler_fence` is said to be noticed by: \
             `sync: a::b`, race",
            "`sync/src/gone.rs: f, a.load` is no site of the source",
        ];
        assert_eq!(differences(&rows, &sites), expected);
    }

    #[test]
    fn a_row_that_a_run_refutes_is_named() {
        let sites = sites();
        let rows = rows(&sites);
        let noticed = |how: &str| Some(format!("`sync: a::b` without a bound, {how}"));
        let verdicts = BTreeMap::from([(0, noticed("race")), (3, noticed("deadlock")), (4, None)]);
        let expected = [
            "`sync/src/slot.rs: Slot::get, state.store` is said to be noticed by: \
             `sync: a::b` without a bound, race; it is: `sync: a::b` without a bound, deadlock",
            "`sync/src/slot.rs: Slot::get, state.store (2)` is said to be noticed by: \
             `sync: a::b` without a bound, race; it is: nothing",
        ];
        assert_eq!(untrue(&rows, &sites, &verdicts), expected);
    }
}
