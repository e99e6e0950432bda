//! Claims from their text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Claim, ClaimTest, ClaimTests, Needs, Quantity};
use crate::definition::{Read, Source};
use crate::near::near;
use crate::{DefinitionError, Model, Value, models};

impl Claim {
    /// Reads the claims of a file.
    ///
    /// # Errors
    /// What in it means nothing, and where.
    pub fn parse_all(file: &str, text: &str) -> Result<Vec<Self>, DefinitionError> {
        let source = Source::new(file, text);
        let table = source.table()?;
        source.only(table.get_ref(), &["claim"])?;
        let claims = tables(&source, table.get_ref(), "claim")?;
        let mut read: Vec<Self> = Vec::new();
        for (table, span) in claims {
            let claim = source.claim(table, &span)?;
            if read.iter().any(|other| other.id == claim.id) {
                return Err(source.error(span, "id", format!("`{}` is there twice", claim.id)));
            }
            read.push(claim);
        }
        Ok(read)
    }
}

/// The tables of an array, each with its place; none where the key is not there.
fn tables<'s, 't>(
    source: &Source<'t>,
    table: &'s DeTable<'t>,
    key: &str,
) -> Read<Vec<(&'s DeTable<'t>, Range<usize>)>> {
    let Some(found) = table.get(key) else { return Ok(Vec::new()) };
    let wrong =
        |at: Range<usize>| source.error(at, key, format!("is a list of tables, as [[{key}]]"));
    let DeValue::Array(array) = found.get_ref() else { return Err(wrong(found.span())) };
    let one = |found: &'s Spanned<DeValue<'t>>| match found.get_ref() {
        DeValue::Table(table) => Ok((table, found.span())),
        _ => Err(wrong(found.span())),
    };
    array.iter().map(one).collect()
}

impl<'t> Source<'t> {
    fn claim(&self, table: &DeTable<'t>, span: &Range<usize>) -> Read<Claim> {
        let keys = ["id", "source", "said", "why", "status", "question", "needs", "test"];
        self.only(table, &keys)?;
        let tests = tables(self, table, "test")?;
        let question = self.text_if_any(table, "question")?;
        let needs = self.needs(table)?.unwrap_or_default();
        let status = self.text_if_any(table, "status")?;
        let tests = match (status.as_deref(), tests.is_empty()) {
            (Some("not yet"), true) => ClaimTests::NotYet,
            (Some("cannot"), true) => ClaimTests::Cannot,
            (None, false) => {
                let test = |(table, span): (&DeTable<'t>, Range<usize>)| {
                    self.test(table, &span, question.as_deref(), &needs)
                };
                ClaimTests::All(tests.into_iter().map(test).collect::<Read<_>>()?)
            }
            _ => {
                let why = "a claim has tests as [[claim.test]], or a `status` that is `not yet` or \
                           `cannot`";
                return Err(self.error(span.clone(), "status", why.to_owned()));
            }
        };
        Ok(Claim {
            id: self.text_of(table, span, "id")?,
            source: self.text_of(table, span, "source")?,
            said: self.text_of(table, span, "said")?,
            why: self.text_of(table, span, "why")?,
            tests,
        })
    }

    fn test(
        &self,
        table: &DeTable<'t>,
        span: &Range<usize>,
        question: Option<&str>,
        needs: &Needs,
    ) -> Read<ClaimTest> {
        let keys = [
            "question", "needs", "model", "subject", "at", "over", "measure", "at_least", "at_most",
        ];
        self.only(table, &keys)?;
        let needs = self.needs(table)?.unwrap_or_else(|| needs.clone());
        let own = self.text_if_any(table, "question")?;
        let question = own.or_else(|| question.map(str::to_owned)).ok_or_else(|| {
            let why = "is missing; a claim or its test says whose samples tell".to_owned();
            self.error(span.clone(), "question", why)
        })?;
        let model = self.known_model(table, span)?;
        let of = self.quantity(table, span, model)?;
        let over = match table.get("over").map(|found| (found.get_ref(), found.span())) {
            None => None,
            Some((DeValue::Table(table), span)) => {
                self.only(table, &["subject", "at"])?;
                Some(self.quantity(table, &span, model)?)
            }
            Some((_, span)) => {
                let why = "is a table, such as { subject = \"x\", at = { threads = 1 } }";
                return Err(self.error(span, "over", why.to_owned()));
            }
        };
        let measure = self.text_of(table, span, "measure")?;
        let mut known = model.about().measures.iter().map(|measure| measure.name);
        if !known.any(|known| known == measure) {
            let names = model.about().measures.iter().map(|measure| measure.name);
            let why = format!("no measure `{measure}`{}", near(&measure, names));
            return Err(self.error(span.clone(), "measure", why));
        }
        let bound = |key: &str| table.get(key).map(|found| self.number(found, key)).transpose();
        let (at_least, at_most) = (bound("at_least")?, bound("at_most")?);
        if at_least.is_none() && at_most.is_none() {
            let why = "is missing; a test has a bound, or two".to_owned();
            return Err(self.error(span.clone(), "at_least", why));
        }
        Ok(ClaimTest { question, needs, of, over, measure, at_least, at_most })
    }

    /// What a machine must have, where a claim or a test says so.
    fn needs(&self, table: &DeTable<'t>) -> Read<Option<Needs>> {
        let Some(found) = table.get("needs") else { return Ok(None) };
        let DeValue::Table(needs) = found.get_ref() else {
            let why = "is a table, such as { cores = 8 } or { os = \"macos\" }".to_owned();
            return Err(self.error(found.span(), "needs", why));
        };
        self.only(needs, &["cores", "os", "arch"])?;
        let cores = match needs.get("cores") {
            Some(found) => Some(self.number(found, "cores")? as usize),
            None => None,
        };
        let (os, arch) = (self.text_if_any(needs, "os")?, self.text_if_any(needs, "arch")?);
        Ok(Some(Needs { cores, os, arch }))
    }

    fn known_model(&self, table: &DeTable<'t>, span: &Range<usize>) -> Read<&'static dyn Model> {
        let name = self.text_of(table, span, "model")?;
        models::find(&name).ok_or_else(|| {
            let names = models::MODELS.iter().map(|model| model.about().name);
            let why = format!("no model `{name}`{}", near(&name, names));
            self.error(span.clone(), "model", why)
        })
    }

    fn quantity(
        &self,
        table: &DeTable<'t>,
        span: &Range<usize>,
        model: &dyn Model,
    ) -> Read<Quantity> {
        let subject = self.text_of(table, span, "subject")?;
        let subjects = model.subjects();
        if !subjects.iter().any(|known| known.name == subject) {
            let names = subjects.iter().map(|known| known.name);
            let why = format!(
                "`{}` has no subject `{subject}`{}",
                model.about().name,
                near(&subject, names)
            );
            return Err(self.error(span.clone(), "subject", why));
        }
        let at = match table.get("at").map(|found| (found.get_ref(), found.span())) {
            None => Vec::new(),
            Some((DeValue::Table(at), _)) => {
                let names: Vec<&str> = model.about().parameters.iter().map(|p| p.name).collect();
                self.only(at, &names)?;
                at.iter().map(|(key, value)| self.at(key.get_ref(), value)).collect::<Read<_>>()?
            }
            Some((_, span)) => {
                let why = "is a table of parameters, such as { threads = 4 }".to_owned();
                return Err(self.error(span, "at", why));
            }
        };
        Ok(Quantity { model: model.about().name.to_owned(), subject, at })
    }

    fn at(&self, key: &str, found: &Spanned<DeValue<'t>>) -> Read<(String, Value)> {
        let value = match found.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok().map(Value::Number),
            DeValue::String(word) => Some(Value::from(word.as_ref())),
            _ => None,
        };
        let why = || self.error(found.span(), key, "is a number or a word".to_owned());
        Ok((key.to_owned(), value.ok_or_else(why)?))
    }
}
