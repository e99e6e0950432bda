//! The fields of a record, from the control number to the links of other scripts.

use super::draws::Draws;
use super::headings::{
    AGENCIES, AREAS, BODIES, NOTES, PERIODS, SENTENCES, SERIES, SUBDIVISIONS, TOPICS,
};
use super::languages::{LANGUAGES, Language};
use super::text::{Text, isbn, put};
use crate::{Fault, Record};

/// What several fields of one record agree on, and memory that is used again for the next.
#[derive(Debug)]
pub(super) struct Work {
    language: &'static Language,
    country: &'static str,
    place: &'static str,
    publisher: &'static str,
    year: u32,
    /// By RDA rather than by AACR2: fields 264 and 336 to 338 instead of 260.
    is_rda: bool,
    /// Whether it has a personal name in field 100.
    has_author: bool,
    has_index: bool,
    area: Option<(&'static str, &'static str)>,
    author: Text,
    title: Text,
    subtitle: Text,
    /// A name or a text that no other field asks for.
    other: Text,
    /// Links to fields 880 so far.
    n_links: u32,
    scratch: String,
}

impl Work {
    pub(super) fn new() -> Self {
        let language = &LANGUAGES[0];
        let (country, place, publisher) = language.imprints[0];
        Self {
            language,
            country,
            place,
            publisher,
            year: 0,
            is_rda: false,
            has_author: false,
            has_index: false,
            area: None,
            author: Text::default(),
            title: Text::default(),
            subtitle: Text::default(),
            other: Text::default(),
            n_links: 0,
            scratch: String::new(),
        }
    }

    /// Adds the fields of a record to one that has none.
    pub(super) fn fill(&mut self, seed: u64, index: u64, record: &mut Record) -> Result<(), Fault> {
        let draws = &mut Draws::new(seed, index);
        self.begin(draws);
        let scratch = &mut std::mem::take(&mut self.scratch);
        self.control_fields(draws, index, record, scratch)?;
        self.numbers(draws, index, record, scratch)?;
        self.title_and_imprint(draws, record, scratch)?;
        self.notes(draws, record, scratch)?;
        self.subjects(draws, record, scratch)?;
        self.added_entries(draws, index, record, scratch)?;
        self.original_script(record, scratch)?;
        self.scratch = std::mem::take(scratch);
        Ok(())
    }

    fn begin(&mut self, draws: &mut Draws) {
        let mut rest = draws.below(1_000);
        let language = LANGUAGES.iter().find(|language| match rest.checked_sub(language.share) {
            Some(less) => {
                rest = less;
                false
            }
            None => true,
        });
        self.language = language.expect("the shares are a thousand");
        (self.country, self.place, self.publisher) = draws.pick(self.language.imprints);
        // The later, the more: the larger of two draws.
        self.year = 1900 + draws.below(125).max(draws.below(125));
        self.is_rda = self.year > 2012 || draws.in_thousand(50);
        self.has_author = draws.in_thousand(739);
        self.has_index = draws.in_thousand(360);
        self.area = draws.in_thousand(278).then(|| draws.pick(AREAS));
        self.n_links = 0;
        self.author.name(draws, self.language);
        let n_words = draws.between(2, 7);
        self.title.clear();
        self.title.words(draws, self.language, n_words);
        self.subtitle.clear();
        if draws.in_thousand(450) {
            let n_words = draws.between(3, 9);
            self.subtitle.words(draws, self.language, n_words);
        }
    }

    fn control_fields(
        &self,
        draws: &mut Draws,
        index: u64,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        put(scratch, format_args!("inr{index:010}"));
        record.control("001", scratch)?.control("003", "INRUSH")?;
        let (year, month, day) =
            (draws.between(2000, 2024), draws.between(1, 12), draws.between(1, 28));
        let (hour, minute, second) = (draws.below(24), draws.below(60), draws.below(60));
        put(scratch, format_args!("{year}{month:02}{day:02}{hour:02}{minute:02}{second:02}.0"));
        record.control("005", scratch)?;
        let (year, month, day) =
            (draws.between(70, 99), draws.between(1, 12), draws.between(1, 28));
        let illustrated = draws.pick(&["    ", "a   ", "ab  "]);
        let index_code = u8::from(self.has_index);
        put(
            scratch,
            format_args!(
                "{year}{month:02}{day:02}s{}    {}{illustrated}  {}    00{index_code} {} {} d",
                self.year,
                self.country,
                if self.has_index { 'b' } else { ' ' },
                draws.pick(&["0", "1"]),
                self.language.code
            ),
        );
        record.control("008", scratch)?;
        Ok(())
    }

    fn numbers(
        &self,
        draws: &mut Draws,
        index: u64,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        if draws.in_thousand(515) {
            put(scratch, format_args!("   {:02}{:06} ", self.year % 100, draws.below(1_000_000)));
            record.field("010", b"  ")?.subfield(b'a', scratch)?;
        }
        let n_isbns = if self.year < 1970 { 0 } else { draws.count(560, 400, 4) };
        for _ in 0..n_isbns {
            isbn(draws, scratch);
            let field = record.field("020", b"  ")?.subfield(b'a', scratch)?;
            if draws.in_thousand(300) {
                field.subfield(
                    b'q',
                    draws.pick(&["(paperback)", "(hardcover)", "(electronic bk.)"]),
                )?;
            }
        }
        put(scratch, format_args!("(OCoLC){}", 1_000_000 + index % 900_000_000));
        record.field("035", b"  ")?.subfield(b'a', scratch)?;
        if draws.in_thousand(958) {
            let agency = draws.pick(AGENCIES);
            let mut field =
                record.field("040", b"  ")?.subfield(b'a', agency)?.subfield(b'b', "eng")?;
            if self.is_rda {
                field = field.subfield(b'e', "rda")?;
            }
            field = field.subfield(b'c', agency)?;
            for _ in 0..draws.below(4) {
                field = field.subfield(b'd', draws.pick(AGENCIES))?;
            }
        }
        if let Some((_, code)) = self.area {
            record.field("043", b"  ")?.subfield(b'a', code)?;
        }
        if draws.in_thousand(472) {
            let class = draws.pick(&["HD", "PR", "QA", "DS", "BX", "ND", "PG", "TK", "E", "Z"]);
            put(scratch, format_args!("{class}{}", draws.between(1, 9_999)));
            let field = record.field("050", b"00")?.subfield(b'a', scratch)?;
            let initial = self.author.latin.chars().next().unwrap_or('A');
            put(scratch, format_args!(".{initial}{} {}", draws.between(1, 999), self.year));
            field.subfield(b'b', scratch)?;
        }
        if draws.in_thousand(202) {
            put(scratch, format_args!("{:03}.{}", draws.below(1_000), draws.between(1, 9_999)));
            record.field("082", b"00")?.subfield(b'a', scratch)?.subfield(b'2', "22")?;
        }
        Ok(())
    }

    /// Subfield 6, where the field has another in the original script.
    fn link(&mut self, scratch: &mut String) -> bool {
        if self.language.script.is_some() {
            self.n_links += 1;
            put(scratch, format_args!("880-{:02}", self.n_links));
        }
        self.language.script.is_some()
    }

    fn title_and_imprint(
        &mut self,
        draws: &mut Draws,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        if self.has_author {
            self.author.both(",");
            let is_linked = self.link(scratch);
            let mut field = record.field("100", b"1 ")?;
            if is_linked {
                field = field.subfield(b'6', scratch)?;
            }
            field = field.subfield(b'a', &self.author.latin)?;
            if draws.in_thousand(550) {
                let born = self.year - draws.between(25, 80);
                let died = if born < 1940 {
                    (born + draws.between(40, 95)).to_string()
                } else {
                    String::new()
                };
                put(scratch, format_args!("{born}-{died}{}", if self.is_rda { "," } else { "." }));
                field = field.subfield(b'd', scratch)?;
            }
            if self.is_rda {
                field.subfield(b'e', "author.")?;
            }
        } else if draws.in_thousand(300) {
            put(scratch, format_args!("{}.", draws.pick(BODIES)));
            record.field("110", b"2 ")?.subfield(b'a', scratch)?;
        }
        self.title.both(if self.subtitle.latin.is_empty() { " /" } else { " :" });
        let is_linked = self.link(scratch);
        let mut field = record.field("245", if self.has_author { b"10" } else { b"00" })?;
        if is_linked {
            field = field.subfield(b'6', scratch)?;
        }
        field = field.subfield(b'a', &self.title.latin)?;
        if !self.subtitle.latin.is_empty() {
            self.subtitle.both(" /");
            field = field.subfield(b'b', &self.subtitle.latin)?;
        }
        let (last, first) = self.author.latin.split_once(", ").unwrap_or((&self.author.latin, ""));
        put(scratch, format_args!("{} {last}.", first.trim_end_matches(',')));
        field.subfield(b'c', scratch)?;
        if draws.in_thousand(160) {
            let n_words = draws.between(2, 6);
            self.other.clear();
            self.other.words(draws, self.language, n_words);
            record.field("246", b"30")?.subfield(b'a', &self.other.latin)?;
        }
        if draws.in_thousand(181) {
            record
                .field("250", b"  ")?
                .subfield(b'a', draws.pick(&["2nd ed.", "3rd ed., rev.", "1st ed."]))?;
        }
        self.imprint(draws, record, scratch)
    }

    fn imprint(
        &self,
        draws: &mut Draws,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        put(scratch, format_args!("{} :", self.place));
        let field =
            if self.is_rda { record.field("264", b" 1")? } else { record.field("260", b"  ")? };
        let field = field.subfield(b'a', scratch)?;
        put(scratch, format_args!("{},", self.publisher));
        let field = field.subfield(b'b', scratch)?;
        let mark = draws.pick(&["", "c", "["]);
        put(scratch, format_args!("{mark}{}{}", self.year, if mark == "[" { "]" } else { "." }));
        field.subfield(b'c', scratch)?;
        if draws.in_thousand(990) {
            let pages = draws.between(24, 480) + draws.below(160);
            let preface = draws.pick(&["", "vi, ", "xii, ", "xxiv, "]);
            let illustrated = draws.in_thousand(500);
            put(
                scratch,
                format_args!("{preface}{pages} p.{}", if illustrated { " :" } else { " ;" }),
            );
            let mut field = record.field("300", b"  ")?.subfield(b'a', scratch)?;
            if illustrated {
                field =
                    field.subfield(b'b', draws.pick(&["ill. ;", "ill., maps ;", "col. ill. ;"]))?;
            }
            put(scratch, format_args!("{} cm.", draws.between(17, 32)));
            field.subfield(b'c', scratch)?;
        }
        if self.is_rda {
            let types = [
                ("336", "text", "txt", "rdacontent"),
                ("337", "unmediated", "n", "rdamedia"),
                ("338", "volume", "nc", "rdacarrier"),
            ];
            for (tag, term, code, source) in types {
                let field = record.field(tag, b"  ")?.subfield(b'a', term)?;
                field.subfield(b'b', code)?.subfield(b'2', source)?;
            }
        }
        if draws.in_thousand(290) {
            put(scratch, format_args!("{} ;", draws.pick(SERIES)));
            let field = record.field("490", b"0 ")?.subfield(b'a', scratch)?;
            put(scratch, format_args!("v. {}", draws.between(1, 240)));
            field.subfield(b'v', scratch)?;
        }
        Ok(())
    }

    fn notes(
        &mut self,
        draws: &mut Draws,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        for _ in 0..draws.count(389, 350, 6) {
            record.field("500", b"  ")?.subfield(b'a', draws.pick(NOTES))?;
        }
        if self.has_index {
            let text = "Includes bibliographical references and index.";
            record.field("504", b"  ")?.subfield(b'a', text)?;
        }
        if draws.in_thousand(120) {
            // Few have many chapters, and those are the longest records of a catalogue.
            let n_chapters = draws.between(3, 14) * if draws.in_thousand(40) { 8 } else { 1 };
            let contents = &mut self.other;
            contents.clear();
            for chapter in 0..n_chapters {
                if chapter > 0 {
                    contents.latin.push_str(" -- ");
                }
                let n_words = draws.between(2, 6);
                contents.words(draws, self.language, n_words);
            }
            contents.latin.push('.');
            record.field("505", b"0 ")?.subfield(b'a', &contents.latin)?;
        }
        if draws.in_thousand(170) {
            scratch.clear();
            for sentence in 0..draws.between(2, 9) {
                scratch.push_str(if sentence > 0 { " " } else { "" });
                scratch.push_str(draws.pick(SENTENCES));
            }
            record.field("520", b"  ")?.subfield(b'a', scratch)?;
        }
        Ok(())
    }

    fn subjects(
        &mut self,
        draws: &mut Draws,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        if draws.in_thousand(141) {
            let name = &mut self.other;
            name.name(draws, self.language);
            let field = record.field("600", b"10")?.subfield(b'a', &name.latin)?;
            field.subfield(b'x', draws.pick(SUBDIVISIONS))?;
        }
        for _ in 0..draws.count(649, 560, 12) {
            let mut field = record.field("650", b" 0")?.subfield(b'a', draws.pick(TOPICS))?;
            if draws.in_thousand(450) {
                field = field.subfield(b'x', draws.pick(SUBDIVISIONS))?;
            }
            if let Some((area, _)) = self.area.filter(|_| draws.in_thousand(600)) {
                field = field.subfield(b'z', area)?;
            }
            if draws.in_thousand(200) {
                put(scratch, format_args!("{}.", draws.pick(PERIODS)));
                field.subfield(b'y', scratch)?;
            }
        }
        for _ in 0..draws.count(199, 350, 4) {
            let (area, _) = self.area.unwrap_or_else(|| draws.pick(AREAS));
            let field = record.field("651", b" 0")?.subfield(b'a', area)?;
            field.subfield(b'x', draws.pick(SUBDIVISIONS))?;
        }
        if draws.in_thousand(150) {
            let genre =
                draws.pick(&["Bibliographies.", "Essays.", "Novels.", "Handbooks and manuals."]);
            record.field("655", b" 7")?.subfield(b'a', genre)?.subfield(b'2', "lcgft")?;
        }
        Ok(())
    }

    fn added_entries(
        &mut self,
        draws: &mut Draws,
        index: u64,
        record: &mut Record,
        scratch: &mut String,
    ) -> Result<(), Fault> {
        let name = &mut self.other;
        for _ in 0..draws.count(279, 300, 8) {
            name.name(draws, self.language);
            name.both(",");
            let field = record.field("700", b"1 ")?.subfield(b'a', &name.latin)?;
            field.subfield(b'e', draws.pick(&["editor.", "translator.", "illustrator."]))?;
        }
        for _ in 0..draws.count(145, 200, 4) {
            put(scratch, format_args!("{}.", draws.pick(BODIES)));
            record.field("710", b"2 ")?.subfield(b'a', scratch)?;
        }
        if draws.in_thousand(110) {
            record.field("830", b" 0")?.subfield(b'a', draws.pick(SERIES))?;
        }
        if draws.in_thousand(180) {
            put(scratch, format_args!("https://catalog.example.org/record/{index}"));
            let field = record.field("856", b"42")?.subfield(b'3', "Table of contents")?;
            field.subfield(b'u', scratch)?;
        }
        Ok(())
    }

    /// Name and title again, in the script that they are written in.
    fn original_script(&self, record: &mut Record, scratch: &mut String) -> Result<(), Fault> {
        let Some(script) = self.language.script else { return Ok(()) };
        let mut occurrence = 0;
        if self.has_author {
            occurrence += 1;
            put(scratch, format_args!("100-{occurrence:02}{script}"));
            let field = record.field("880", b"1 ")?.subfield(b'6', scratch)?;
            field.subfield(b'a', &self.author.original)?;
        }
        occurrence += 1;
        put(scratch, format_args!("245-{occurrence:02}{script}"));
        let indicators = if self.has_author { b"10" } else { b"00" };
        let field = record.field("880", indicators)?.subfield(b'6', scratch)?;
        let field = field.subfield(b'a', &self.title.original)?;
        if !self.subtitle.original.is_empty() {
            field.subfield(b'b', &self.subtitle.original)?;
        }
        Ok(())
    }
}
