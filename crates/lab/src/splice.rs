//! Text that a command computes, kept current between two markers of a document.
//!
//! ```text
//! <!-- BEGIN coordinators: cargo bench -p inrush-lab --bench coordinators -->
//! what the command computed
//! <!-- END coordinators -->
//! ```

/// A place in a document, with the command that fills it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place's name.
    pub name: &'static str,
    /// The command that computes its text.
    pub command: &'static str,
}

/// Why a document has no such place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpliceError {
    /// A marker is not there.
    #[error("no line `{0}`; write it where the text belongs")]
    Missing(String),
    /// A marker is there more than once.
    #[error("more than one line `{0}`; leave one")]
    Repeated(String),
    /// The end comes first.
    #[error("the END marker of `{0}` stands before its BEGIN")]
    Reversed(&'static str),
}

impl Place {
    /// The document with `body` between the markers, and an empty line around it.
    ///
    /// # Errors
    /// Where the document does not have both markers once, in order.
    ///
    /// # Examples
    /// ```
    /// use inrush_lab::Place;
    ///
    /// let place = Place { name: "sum", command: "expr 1 + 1" };
    /// let document = "# Sums\n<!-- BEGIN sum: expr 1 + 1 -->\n<!-- END sum -->\n";
    /// assert_eq!(
    ///     place.fill(document, "2")?,
    ///     "# Sums\n<!-- BEGIN sum: expr 1 + 1 -->\n\n2\n\n<!-- END sum -->\n"
    /// );
    /// # Ok::<(), inrush_lab::SpliceError>(())
    /// ```
    pub fn fill(&self, document: &str, body: &str) -> Result<String, SpliceError> {
        let begin = format!("<!-- BEGIN {}: {} -->", self.name, self.command);
        let end = format!("<!-- END {} -->", self.name);
        let after_begin = only_line(document, &begin)?.1;
        let at_end = only_line(document, &end)?.0;
        let between = document.get(after_begin..at_end);
        if between.is_none_or(|between| !between.starts_with('\n')) {
            return Err(SpliceError::Reversed(self.name));
        }
        let (head, tail) = (&document[..after_begin], &document[at_end..]);
        Ok(format!("{head}\n\n{}\n\n{tail}", body.trim()))
    }
}

/// Where the only line that is `line` begins and ends.
fn only_line(document: &str, line: &str) -> Result<(usize, usize), SpliceError> {
    let mut found = None;
    let mut start = 0;
    for text in document.split_inclusive('\n') {
        if text.trim_end() == line && found.replace(start).is_some() {
            return Err(SpliceError::Repeated(line.to_owned()));
        }
        start += text.len();
    }
    let start = found.ok_or_else(|| SpliceError::Missing(line.to_owned()))?;
    Ok((start, start + line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { name: "t", command: "make t" };
    const DOCUMENT: &str = "head\n<!-- BEGIN t: make t -->\nold\n<!-- END t -->\ntail\n";

    #[test]
    fn text_between_the_markers_is_replaced_and_the_rest_kept() {
        let filled = PLACE.fill(DOCUMENT, "new\n").expect("both markers are there");
        assert_eq!(filled, "head\n<!-- BEGIN t: make t -->\n\nnew\n\n<!-- END t -->\ntail\n");
    }

    #[test]
    fn filling_twice_is_filling_once() {
        let once = PLACE.fill(DOCUMENT, "new").expect("both markers are there");
        assert_eq!(PLACE.fill(&once, "new"), Ok(once.clone()));
    }

    #[test]
    fn missing_marker_is_named() {
        let error = PLACE.fill("head\n<!-- END t -->\n", "new").expect_err("no BEGIN");
        assert_eq!(
            error.to_string(),
            "no line `<!-- BEGIN t: make t -->`; write it where the text belongs"
        );
        let error = PLACE.fill("<!-- BEGIN t: make t -->\n", "new").expect_err("no END");
        assert_eq!(error, SpliceError::Missing("<!-- END t -->".to_owned()));
    }

    #[test]
    fn marker_of_another_command_is_no_marker() {
        let document = DOCUMENT.replace("make t", "make u");
        assert!(matches!(PLACE.fill(&document, "new"), Err(SpliceError::Missing(_))));
    }

    #[test]
    fn repeated_and_reversed_markers_are_refused() {
        let twice = format!("{DOCUMENT}{DOCUMENT}");
        assert!(matches!(PLACE.fill(&twice, "new"), Err(SpliceError::Repeated(_))));
        let reversed = "<!-- END t -->\n<!-- BEGIN t: make t -->\n";
        assert_eq!(PLACE.fill(reversed, "new"), Err(SpliceError::Reversed("t")));
    }
}
