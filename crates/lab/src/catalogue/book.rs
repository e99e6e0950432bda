//! What records say, in no library's form.

use inrush_marc::{Generator, RecordRef};

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Book {
    /// Its fields, in order of their tags.
    pub(super) fields: Vec<Field>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(super) tag: String,
    pub(super) content: Content,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text.
    Control(String),
    /// Two indicators, and subfields.
    Data([u8; 2], Vec<(u8, String)>),
}

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Some 260 bytes, 5 fields.
    Short,
    /// Some 1,600 bytes, 26 fields.
    Long,
    /// Those that the command generates: 345 bytes and more, 895 on average.
    Generated,
}

impl Kind {
    pub(crate) const WORDS: [&'static str; 3] = ["short", "long", "generated"];

    pub(crate) fn of(word: &str) -> Self {
        match word {
            "short" => Self::Short,
            "long" => Self::Long,
            _ => Self::Generated,
        }
    }
}

/// So many books, the same in every process.
pub(crate) fn books(kind: Kind, n: u64) -> Vec<Book> {
    match kind {
        Kind::Short => (0..n).map(short).collect(),
        Kind::Long => (0..n).map(long).collect(),
        Kind::Generated => {
            let mut generator = Generator::new(0);
            (0..n).map(|index| Book::from(generator.record(index).view())).collect()
        }
    }
}

fn short(i: u64) -> Book {
    let mut book = Book::default();
    book.control("001", format!("ocm{i:08}"));
    book.title(i);
    book.data("650", b" 0", &[(b'a', "Subject heading.")]);
    book
}

fn long(i: u64) -> Book {
    let mut book = Book::default();
    book.control("001", format!("ocm{i:08}"));
    book.control("005", "20200102030405.0".to_owned());
    book.control("008", "200102s2019    nyua     b    001 0 eng  ".to_owned());
    book.data("020", b"  ", &[(b'a', &format!("978{i:010}")), (b'q', "hardcover")]);
    book.data("040", b"  ", &[(b'a', "DLC"), (b'b', "eng"), (b'e', "rda"), (b'c', "DLC")]);
    book.title(i);
    book.data(
        "300",
        b"  ",
        &[(b'a', "xii, 345 pages :"), (b'b', "illustrations ;"), (b'c', "24 cm")],
    );
    for k in 0..3 {
        let source = format!("rdacontent{k}");
        book.data("336", b"  ", &[(b'a', "text"), (b'b', "txt"), (b'2', &source)]);
    }
    for k in 0..4 {
        let note = format!(
            "A note of some length, number {k}, which says something about record {i} and about the \
             edition that it describes."
        );
        book.data("500", b"  ", &[(b'a', &note)]);
    }
    for k in 0..6 {
        let heading = format!("Subject heading {k}");
        let parts = [(b'a', heading.as_str()), (b'x', "History"), (b'y', "20th century.")];
        book.data("650", b" 0", &parts);
    }
    for k in 0..3 {
        let name = format!("Contributor, Name {k},");
        book.data("700", b"1 ", &[(b'a', &name), (b'e', "editor.")]);
    }
    let address = format!("https://example.org/records/{i}");
    book.data("856", b"40", &[(b'u', &address), (b'z', "Table of contents")]);
    book
}

impl Book {
    fn control(&mut self, tag: &str, text: String) {
        self.fields.push(Field { tag: tag.to_owned(), content: Content::Control(text) });
    }

    fn data(&mut self, tag: &str, indicators: &[u8; 2], subfields: &[(u8, &str)]) {
        let subfields = subfields.iter().map(|(code, text)| (*code, (*text).to_owned())).collect();
        let content = Content::Data(*indicators, subfields);
        self.fields.push(Field { tag: tag.to_owned(), content });
    }

    /// Author, title and publisher.
    fn title(&mut self, i: u64) {
        self.data("100", b"1 ", &[(b'a', &format!("Author, Number {i},")), (b'd', "1950-")]);
        let title = format!("The title of book {i} :");
        let rest = "a subtitle that says more /";
        self.data("245", b"10", &[(b'a', &title), (b'b', rest), (b'c', "by somebody.")]);
        self.data("260", b"  ", &[(b'a', "New York :"), (b'b', "Publisher,"), (b'c', "2019.")]);
    }

    /// Puts the fields in order of their tags, as a library does that keeps them by tag.
    pub(super) fn sorted(mut self) -> Self {
        self.fields.sort_by(|a, b| a.tag.cmp(&b.tag));
        self
    }
}

impl From<RecordRef<'_>> for Book {
    /// What is no text is left out, so that the gate finds it missing.
    fn from(record: RecordRef<'_>) -> Self {
        let mut book = Self::default();
        for field in record.fields() {
            let tag = field.tag().to_string();
            let content = if field.tag().is_control() {
                Content::Control(field.text().map(|text| text.into_owned()).unwrap_or_default())
            } else {
                let texts = field.subfields().filter_map(|subfield| {
                    Some((subfield.code(), subfield.text().ok()?.into_owned()))
                });
                Content::Data(field.indicators(), texts.collect())
            };
            book.fields.push(Field { tag, content });
        }
        book
    }
}
