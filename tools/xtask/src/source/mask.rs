//! The lexer behind [`super::Source`]: it blanks comments and the contents of literals.
//!
//! It tells apart line and nested block comments, strings with escapes, raw strings with any number
//! of `#`, character literals and lifetimes (Rust reference, "Tokens"). Each masked character
//! becomes one space, line breaks stay.

use std::iter::Peekable;
use std::str::Chars;

/// A text taken apart.
pub(super) struct Masked {
    /// The code, with as many lines as the text.
    pub(super) code: String,
    /// Per line, its comment.
    pub(super) comments: Vec<String>,
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    code: String,
    comments: Vec<String>,
}

/// Takes a Rust text apart. A text that does not lex (an open string) is masked to its end.
pub(super) fn mask(text: &str) -> Masked {
    let rest = text.chars().peekable();
    let mut lexer =
        Lexer { rest, code: String::with_capacity(text.len()), comments: vec![String::new()] };
    while let Some(c) = lexer.rest.next() {
        match c {
            '/' if lexer.rest.peek() == Some(&'/') => lexer.line_comment(),
            '/' if lexer.rest.peek() == Some(&'*') => lexer.block_comment(),
            '"' => lexer.string(),
            'r' if !lexer.inside_word() => lexer.maybe_raw_string(),
            '\'' => lexer.quote(),
            _ => lexer.keep(c),
        }
    }
    Masked { code: lexer.code, comments: lexer.comments }
}

impl Lexer<'_> {
    fn keep(&mut self, c: char) {
        self.code.push(c);
        if c == '\n' {
            self.comments.push(String::new());
        }
    }

    fn blank(&mut self, c: char) {
        self.keep(if c == '\n' { '\n' } else { ' ' });
    }

    fn comment(&mut self, c: char) {
        if c != '\n'
            && let Some(comment) = self.comments.last_mut()
        {
            comment.push(c);
        }
        self.blank(c);
    }

    /// Whether the last kept character makes the next one part of a longer word. `b` and `c` prefix
    /// a raw string.
    fn inside_word(&self) -> bool {
        let mut before = self.code.chars().rev();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        match before.next() {
            Some('b' | 'c') => is_word(before.next()),
            last => is_word(last),
        }
    }

    fn line_comment(&mut self) {
        self.comment('/');
        while let Some(c) = self.rest.next_if(|&c| c != '\n') {
            self.comment(c);
        }
    }

    fn block_comment(&mut self) {
        self.comment('/');
        self.rest.next();
        self.comment('*');
        let mut depth = 1usize;
        while let Some(c) = self.rest.next() {
            self.comment(c);
            match (c, self.rest.peek()) {
                ('*', Some('/')) => {
                    self.rest.next();
                    self.comment('/');
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                ('/', Some('*')) => {
                    self.rest.next();
                    self.comment('*');
                    depth += 1;
                }
                _ => {}
            }
        }
    }

    fn string(&mut self) {
        self.keep('"');
        while let Some(c) = self.rest.next() {
            match c {
                '"' => return self.keep('"'),
                '\\' => {
                    self.blank(c);
                    if let Some(escaped) = self.rest.next() {
                        self.blank(escaped);
                    }
                }
                _ => self.blank(c),
            }
        }
    }

    /// After an `r`: a raw string, a raw identifier or a word.
    fn maybe_raw_string(&mut self) {
        self.keep('r');
        let mut hashes = 0;
        while self.rest.next_if_eq(&'#').is_some() {
            self.keep('#');
            hashes += 1;
        }
        if self.rest.next_if_eq(&'"').is_none() {
            return;
        }
        self.keep('"');
        while let Some(c) = self.rest.next() {
            if c != '"' {
                self.blank(c);
                continue;
            }
            let mut seen = 0;
            while seen < hashes && self.rest.next_if_eq(&'#').is_some() {
                seen += 1;
            }
            if seen == hashes {
                self.keep('"');
                (0..seen).for_each(|_| self.keep('#'));
                return;
            }
            (0..=seen).for_each(|_| self.blank(' '));
        }
    }

    /// After a `'`: a character literal, or the start of a lifetime.
    fn quote(&mut self) {
        self.keep('\'');
        let mut ahead = self.rest.clone();
        let first = ahead.next();
        if first == Some('\\') {
            self.blank('\\');
            self.rest.next();
            // The escaped character may itself be a quote.
            if let Some(escaped) = self.rest.next() {
                self.blank(escaped);
            }
            while let Some(c) = self.rest.next_if(|&c| c != '\'' && c != '\n') {
                self.blank(c);
            }
        } else if first.is_some() && ahead.next() == Some('\'') {
            self.rest.next();
            self.blank(' ');
        } else {
            return;
        }
        if self.rest.next_if_eq(&'\'').is_some() {
            self.keep('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn literals_and_comments_leave_blanks() {
        let cases = [
            (r#"a("x // y", 'z')"#, r#"a("      ", ' ')"#),
            (r##"r#"a " b"# c"##, r##"r#"     "# c"##),
            (r"'\'' 'a: &'a str", r"'  ' 'a: &'a str"),
            (r#"b"\"" for"#, r#"b"  " for"#),
            ("a /* b /* c */ d */ e", "a                   e"),
            ("a/*/ b */c", "a        c"),
            ("r#type bar\"r\"", "r#type bar\" \""),
        ];
        for (text, code) in cases {
            assert_eq!(mask(text).code, code, "of {text}");
        }
    }

    #[test]
    fn every_line_keeps_its_number_and_its_comment() {
        let masked = mask("a // b\n\"c\n\\\nd\" // e\n/* f\ng */");
        assert_eq!(masked.code.lines().count(), 6);
        assert_eq!(masked.comments, ["// b", "", "", "// e", "/* f", "g */"]);
    }
}
