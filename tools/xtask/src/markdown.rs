//! Code spans, fenced lines and links of a Markdown document, with their lines.
//!
//! Inline code opens and closes on one line here. CommonMark lets it span lines; a name that does
//! is not checked.

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The inside of a pair of backticks.
    Inline,
    /// A line of a fenced block, with the lines that a trailing `\` joins to it.
    Fenced,
    /// The target of a link or an image.
    Link,
}

/// Takes a document apart.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut continued = false;
    for (line, raw) in (1..).zip(text.lines()) {
        let trimmed = raw.trim_start();
        match fence {
            Some(open)
                if trimmed.starts_with(open)
                    && trimmed.trim_matches(['`', '~', ' ']).is_empty() =>
            {
                fence = None;
                continued = false;
            }
            Some(_) => {
                let (part, goes_on) = match raw.trim_end().strip_suffix('\\') {
                    Some(part) => (part, true),
                    None => (raw.trim_end(), false),
                };
                match found.last_mut() {
                    Some(last) if continued => last.text.push_str(part),
                    _ => found.push(Piece { line, kind: Kind::Fenced, text: part.to_owned() }),
                }
                continued = goes_on;
            }
            None if trimmed.starts_with("```") || trimmed.starts_with("~~~") => {
                let marks = trimmed.len() - trimmed.trim_start_matches(['`', '~']).len();
                fence = Some(&trimmed[..marks]);
            }
            None => prose(line, raw, &mut found),
        }
    }
    found
}

/// Splits a line of prose at its backticks and looks for links in what is no code.
fn prose(line: usize, raw: &str, found: &mut Vec<Piece>) {
    let mut rest = raw;
    let mut plain = String::new();
    while let Some(start) = rest.find('`') {
        let marks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inside = &rest[start + marks..];
        let Some(length) = inside.find(&rest[start..start + marks]) else { break };
        plain.push_str(&rest[..start]);
        found.push(Piece { line, kind: Kind::Inline, text: inside[..length].trim().to_owned() });
        rest = &inside[length + marks..];
    }
    plain.push_str(rest);
    let mut link = |text: &str| {
        found.push(Piece { line, kind: Kind::Link, text: text.to_owned() });
    };
    for (at, _) in plain.match_indices("](") {
        if let Some(target) = target(&plain[at + 2..], ')') {
            link(target);
        }
    }
    // A reference definition: `[name]: target "title"`.
    if let Some((name, rest)) = plain.trim().split_once("]: ")
        && name.starts_with('[')
        && !name.starts_with("[^")
        && let Some(target) = target(rest, ' ')
    {
        link(target);
    }
}

/// A link's target without its angle brackets and its title.
fn target(text: &str, end: char) -> Option<&str> {
    let text = text.trim_start();
    let target = match text.strip_prefix('<') {
        Some(bracketed) => bracketed.split_once('>')?.0,
        None => text.split([end, ' ']).next()?,
    };
    (!target.is_empty()).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Piece, pieces};

    fn of(kind: Kind, text: &str) -> Vec<(usize, String)> {
        let is_kind = |piece: &Piece| piece.kind == kind;
        pieces(text).into_iter().filter(is_kind).map(|piece| (piece.line, piece.text)).collect()
    }

    #[test]
    fn links_in_code_are_no_links() {
        let text = "see [a](x.md#part) and `[b](y.md)`\n\n[c]: <z w.md> \"title\"\n";
        let expected = [(1, "x.md#part".to_owned()), (3, "z w.md".to_owned())];
        assert_eq!(of(Kind::Link, text), expected);
        assert_eq!(of(Kind::Inline, text), [(1, "[b](y.md)".to_owned())]);
    }

    #[test]
    fn fenced_lines_are_joined_where_the_shell_joins_them() {
        let text = "```sh\ncargo test \\\n  -p a\n```\n`-p b`\n";
        assert_eq!(of(Kind::Fenced, text), [(2, "cargo test   -p a".to_owned())]);
        assert_eq!(of(Kind::Inline, text), [(5, "-p b".to_owned())]);
    }
}
