//! Happens-before edges: the tables in module headers that declare them, and the comments that name
//! them.
//!
//! A table is an edge table when its header row's first cell is `edge`. A comment names an edge in
//! backticks and its side in front of it: `to-side of` and then the name.

use crate::source::Source;

/// An edge that a module header declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The line of its row.
    pub(crate) line: usize,
    pub(crate) name: String,
}

/// Which ends of an edge an operation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sides {
    /// What happens before the operation is carried.
    pub(crate) from: bool,
    /// The operation receives what is carried.
    pub(crate) to: bool,
}

/// The edges declared in the `//!` lines of a file.
pub(crate) fn declared(source: &Source) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut in_table = false;
    let mut in_edges = false;
    for (line, text) in source.header() {
        let Some(row) = text.strip_prefix('|') else {
            in_table = false;
            continue;
        };
        let first = row.split('|').next().unwrap_or_default().trim().trim_matches('`');
        if !in_table {
            in_table = true;
            in_edges = first == "edge";
        } else if in_edges && !first.trim_matches(['-', ':']).is_empty() {
            edges.push(Edge { line, name: first.to_owned() });
        }
    }
    edges
}

/// The names in backticks of an ordering comment, each with its sides.
///
/// The nearest side in front of a name counts; a name with none in front takes the first one behind
/// it.
pub(crate) fn named(comment: &str) -> Vec<(&str, Sides)> {
    let lower = comment.to_ascii_lowercase();
    let mut sides: Vec<(usize, Sides)> = Vec::new();
    let words = [
        ("from-side", Sides { from: true, to: false }),
        ("to-side", Sides { from: false, to: true }),
        ("both sides", Sides { from: true, to: true }),
    ];
    for (word, side) in words {
        sides.extend(lower.match_indices(word).map(|(at, _)| (at, side)));
    }
    sides.sort_by_key(|&(at, _)| at);

    let ticks: Vec<usize> = comment.match_indices('`').map(|(at, _)| at).collect();
    let spans = ticks.chunks_exact(2).map(|pair| (pair[0], &comment[pair[0] + 1..pair[1]]));
    spans
        .map(|(at, name)| {
            let before = sides.iter().rev().find(|&&(side, _)| side < at);
            let side = before.or_else(|| sides.first()).map_or(Sides::default(), |&(_, side)| side);
            (name, side)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Sides, declared, named};
    use crate::source::Source;

    const FROM: Sides = Sides { from: true, to: false };
    const TO: Sides = Sides { from: false, to: true };

    #[test]
    fn only_rows_under_an_edge_header_are_edges() {
        let text = "//! | state | owner |\n//! |---|---|\n//! | `A` | us |\n//!\n\
                    //! | edge | from |\n//! |---|---|\n\
                    //! | `full` | put |\n//! | `free` | take |\n";
        let edges = declared(&Source::new(text));
        let names: Vec<(usize, &str)> =
            edges.iter().map(|edge| (edge.line, edge.name.as_str())).collect();
        assert_eq!(names, [(7, "full"), (8, "free")]);
    }

    #[test]
    fn each_name_takes_the_side_in_front_of_it() {
        assert_eq!(
            named("AcqRel, to-side of `full` and from-side of `free`."),
            [("full", TO), ("free", FROM)]
        );
        assert_eq!(named("Release: `full`, its from-side"), [("full", FROM)]);
        assert_eq!(named("both sides of `hand`"), [("hand", Sides { from: true, to: true })]);
        assert_eq!(named("carries `full`"), [("full", Sides::default())]);
    }
}
