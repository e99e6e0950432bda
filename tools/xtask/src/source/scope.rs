//! Where a place in a text is: in which function, and in which argument of which call.

use super::{Source, is_word, words_of};

/// The argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument<'a> {
    /// The name of what is called.
    pub(crate) callee: &'a str,
    /// Where that name begins.
    pub(crate) at: usize,
    /// The offset of the call's opening parenthesis.
    pub(crate) open: usize,
    /// How many arguments stand in front of it.
    pub(crate) index: usize,
}

impl Source {
    /// The innermost function around `offset`, after the type, trait or module that has it
    /// (`Lane::push`).
    pub(crate) fn function_around(&self, offset: usize) -> Option<String> {
        let mut function: Option<&str> = None;
        let mut inside = offset;
        while let Some(open) = self.enclosing_brace(inside) {
            let header = self.header_of(open);
            match function {
                None => function = name_of_function(header),
                Some(function) => {
                    if let Some(owner) = implementor(header).or_else(|| trait_or_module(header)) {
                        return Some(format!("{owner}::{function}"));
                    }
                }
            }
            inside = open;
        }
        function.map(str::to_owned)
    }

    /// The innermost call of the statement around `offset` that has it among its arguments.
    pub(crate) fn argument_at(&self, offset: usize) -> Option<Argument<'_>> {
        let (mut depth, mut index) = (0usize, 0);
        for (at, byte) in self.code.as_bytes()[..offset].iter().enumerate().rev() {
            match byte {
                b')' | b']' | b'}' => depth += 1,
                b'(' if depth == 0 => {
                    let before = self.code[..at].trim_end();
                    let start = before.trim_end_matches(is_word).len();
                    let callee = &before[start..];
                    return (!callee.is_empty()).then_some(Argument {
                        callee,
                        at: start,
                        open: at,
                        index,
                    });
                }
                // The arguments of the block's or the array's own surroundings are counted anew.
                b'{' | b'[' if depth == 0 => index = 0,
                b'(' | b'[' | b'{' => depth -= 1,
                b',' if depth == 0 => index += 1,
                b';' if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// The name of what a method is called on: the last one before the dot, without its arguments
    /// and indices.
    pub(crate) fn receiver_of(&self, method: usize) -> Option<&str> {
        let mut before = self.code[..method].trim_end().strip_suffix('.')?.trim_end();
        while before.ends_with([')', ']']) {
            before = before[..self.opening(before.len() - 1)?].trim_end();
        }
        let name = &before[before.trim_end_matches(is_word).len()..];
        (!name.is_empty()).then_some(name)
    }

    /// Where the path begins whose last name is at `offset` (`atomic` in `atomic::fence`).
    pub(crate) fn path_start(&self, offset: usize) -> usize {
        let mut start = offset;
        while let Some(path) = self.code[..start].strip_suffix("::") {
            start = path.trim_end_matches(is_word).len();
        }
        start
    }

    /// The bracket that opens what the one at `close` closes.
    fn opening(&self, close: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (at, byte) in self.code.as_bytes()[..=close].iter().enumerate().rev() {
            match byte {
                b')' | b']' | b'}' => depth += 1,
                b'(' | b'[' | b'{' => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// What stands between a block's brace and the end of whatever is before it.
    fn header_of(&self, open: usize) -> &str {
        let mut depth = 0usize;
        let bytes = self.code.as_bytes()[..open].iter().enumerate().rev();
        for (at, byte) in bytes {
            match byte {
                b')' | b']' => depth += 1,
                b'(' | b'[' if depth > 0 => depth -= 1,
                b'(' | b'[' | b'{' | b'}' | b';' if depth == 0 => return &self.code[at + 1..open],
                _ => {}
            }
        }
        &self.code[..open]
    }
}

/// The name in `fn name(`, or none where the header is that of another block.
fn name_of_function(header: &str) -> Option<&str> {
    let mut words = words_of(header).skip_while(|&(_, word)| word != "fn");
    let (at, _) = words.next()?;
    let (name, word) = words.next()?;
    header[at + "fn".len()..name].trim().is_empty().then_some(word)
}

/// The name in `trait Name` or `mod name`.
fn trait_or_module(header: &str) -> Option<&str> {
    let mut words = words_of(header).map(|(_, word)| word);
    words.find(|word| matches!(*word, "trait" | "mod"))?;
    words.next()
}

/// The last name of the type in `impl Type` or `impl Trait for Type`.
fn implementor(header: &str) -> Option<&str> {
    let (at, _) = words_of(header).find(|&(_, word)| word == "impl")?;
    let rest = after_generics(&header[at + "impl".len()..]);
    let rest =
        words_of(rest).find(|&(_, word)| word == "where").map_or(rest, |(at, _)| &rest[..at]);
    let rest =
        words_of(rest).find(|&(_, word)| word == "for").map_or(rest, |(at, _)| &rest[at + 3..]);
    let path = rest.split('<').next()?.trim();
    words_of(path).last().map(|(_, word)| word)
}

/// A text without the `<...>` that it may begin with.
fn after_generics(text: &str) -> &str {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return text;
    }
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            // The arrow of a function's type closes nothing.
            '>' if !text[..at].ends_with('-') => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn at_here(text: &str) -> (Source, usize) {
        let source = Source::new(text);
        let (at, _) = source.words().find(|&(_, word)| word == "here").expect("it is there");
        (source, at)
    }

    fn function(text: &str) -> Option<String> {
        let (source, at) = at_here(text);
        source.function_around(at)
    }

    #[test]
    fn a_function_is_named_with_the_type_that_has_it() {
        let cases = [
            ("fn f() { if a { here } }", Some("f")),
            ("impl A { fn f() { here } }", Some("A::f")),
            ("impl A { m! { pub const fn f() { here } } }", Some("A::f")),
            (
                "impl<T: F<U>, const N: usize> Drop for a::B<T, N>\nwhere\n    T: for<'a> C<'a>,\n\
                 {\n    fn drop(&mut self) { g(|| { here }) }\n}",
                Some("B::drop"),
            ),
            ("impl<F: Fn(u8) -> bool> A<F> { fn f(x: fn(u8)) -> u8 { here } }", Some("A::f")),
            ("impl A { fn f() {} }\nfn g() { fn h() { here } }", Some("h")),
            ("mod a { trait B<T>: C { fn f() { here } } }", Some("B::f")),
            ("mod a { fn f() { here } }", Some("a::f")),
            ("static A: u8 = here;", None),
        ];
        for (text, name) in cases {
            assert_eq!(function(text).as_deref(), name, "of {text}");
        }
    }

    #[test]
    fn an_argument_knows_its_call_and_its_place_in_it() {
        let argument = |text: &str| {
            let (source, at) = at_here(text);
            source.argument_at(at).map(|found| (found.callee.to_owned(), found.index))
        };
        assert_eq!(argument("a.store(f(1, 2), here)"), Some(("store".to_owned(), 1)));
        assert_eq!(
            argument("a.cas(\n    1,\n    [2, 3],\n    here,\n)"),
            Some(("cas".to_owned(), 2))
        );
        assert_eq!(argument("a.store(1, if b { here } else { c })"), Some(("store".to_owned(), 1)));
        assert_eq!(argument("f(|| { g(); here })"), None);
        assert_eq!(argument("let a = (here, 1);"), None);
    }

    #[test]
    fn a_receiver_is_the_last_name_before_the_method() {
        let receiver = |text: &str| {
            let (source, at) = at_here(text);
            source.receiver_of(at).map(str::to_owned)
        };
        assert_eq!(receiver("self.a.b.here()").as_deref(), Some("b"));
        assert_eq!(receiver("self.a[f(b[1])]\n    .here()").as_deref(), Some("a"));
        assert_eq!(receiver("a(b).here()").as_deref(), Some("a"));
        assert_eq!(receiver("here()"), None);
    }
}
