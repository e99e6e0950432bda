//! A question from its text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Question, Quick, Sweep, Swept};
use crate::definition::{Read, Source};
use crate::near::near;
use crate::{Cell, Model, Role, Subject, Value, models};

type Table<'t> = DeTable<'t>;

impl Question {
    /// Reads the text of the file `file`, whose stem is `name`.
    ///
    /// # Errors
    /// What in it means nothing, and where.
    pub fn parse(name: &str, file: &str, text: &str) -> Read<Self> {
        let source = Source::new(file, text);
        let table = source.table()?;
        let (span, table) = (table.span(), table.get_ref());
        source.only(table, &["title", "question", "expect", "wrong_if", "cell"])?;
        let text_of = |key: &str| source.text_of(table, &span, key);
        let question = Self {
            name: name.to_owned(),
            title: text_of("title")?,
            question: text_of("question")?,
            expect: text_of("expect")?,
            wrong_if: text_of("wrong_if")?,
            sweeps: source.sweeps(table, &span)?,
        };
        Ok(question)
    }
}

impl<'t> Source<'t> {
    fn sweeps(&self, table: &Table<'t>, span: &Range<usize>) -> Read<Vec<Sweep>> {
        let missing = || "a question has at least one, as [[cell]]".to_owned();
        let cells = table.get("cell").ok_or_else(|| self.error(span.clone(), "cell", missing()))?;
        let DeValue::Array(cells) = cells.get_ref() else {
            return Err(self.error(cells.span(), "cell", missing()));
        };
        let sweep = |cell: &Spanned<DeValue<'t>>| match cell.get_ref() {
            DeValue::Table(table) => self.sweep(table, &cell.span()),
            _ => Err(self.error(cell.span(), "cell", missing())),
        };
        cells.iter().map(sweep).collect()
    }

    fn sweep(&self, table: &Table<'t>, span: &Range<usize>) -> Read<Sweep> {
        let model = self.model(table, span)?;
        let parameters: Vec<&str> = model.about().parameters.iter().map(|p| p.name).collect();
        let own = [
            "model",
            "subject",
            "subjects",
            "analysis",
            "expect",
            "figures",
            "quick",
            "duration_ms",
            "samples_per_round",
            "most_rounds",
        ];
        self.only(table, &[own.as_slice(), &parameters].concat())?;
        let (fixed, swept) = self.parameters(table, model)?;
        Ok(Sweep {
            analysis: self.text_of(table, span, "analysis")?,
            subjects: self.subjects(table, span, model)?,
            quick: self.quick(table, model, swept.as_ref())?,
            duration: self.count(table, "duration_ms", 600_000)?.map(Duration::from_millis),
            per_round: self.count(table, "samples_per_round", 1_000)?.unwrap_or(1),
            most_rounds: self.count(table, "most_rounds", 1_000)?.map(|rounds| rounds as u32),
            expect: self.expectations(table, model)?,
            figures: self.figures(table, span, model)?,
            is_control: false,
            model,
            swept,
            fixed,
        })
    }

    fn model(&self, table: &Table<'t>, span: &Range<usize>) -> Read<&'static dyn Model> {
        let name = self.text_of(table, span, "model")?;
        models::find(&name).ok_or_else(|| {
            let names = models::MODELS.iter().map(|model| model.about().name);
            let at = table.get("model").map_or_else(|| span.clone(), Spanned::span);
            self.error(at, "model", format!("no model `{name}`{}", near(&name, names)))
        })
    }

    /// What is fixed, and the one parameter that is swept.
    fn parameters(&self, table: &Table<'t>, model: &dyn Model) -> Read<(Cell, Option<Swept>)> {
        let mut fixed = Cell::default();
        let mut swept: Option<Swept> = None;
        for parameter in model.about().parameters {
            let name = parameter.name;
            let Some(found) = table.get(name) else {
                fixed = fixed.with(name, parameter.domain.default());
                continue;
            };
            if let DeValue::Array(_) = found.get_ref() {
                if let Some((other, _)) = &swept {
                    let why =
                        format!("`{other}` is swept already; sweep one, in a cell of its own");
                    return Err(self.error(found.span(), name, why));
                }
                swept = Some((name.to_owned(), self.values(found, name, model)?));
            } else {
                fixed = fixed.with(name, self.value(found, name, model)?);
            }
        }
        Ok((fixed, swept))
    }

    fn values(
        &self,
        found: &Spanned<DeValue<'t>>,
        name: &str,
        model: &dyn Model,
    ) -> Read<Vec<Value>> {
        let DeValue::Array(array) = found.get_ref() else {
            return Err(self.error(found.span(), name, "is a list".to_owned()));
        };
        let values: Vec<Value> =
            array.iter().map(|value| self.value(value, name, model)).collect::<Read<_>>()?;
        let is_twice = |(i, value): (usize, &Value)| values[..i].contains(value);
        if values.is_empty() {
            return Err(self.error(found.span(), name, "is an empty list".to_owned()));
        }
        if let Some((_, value)) = values.iter().enumerate().find(|&pair| is_twice(pair)) {
            return Err(self.error(found.span(), name, format!("has {value} twice")));
        }
        Ok(values)
    }

    fn value(&self, found: &Spanned<DeValue<'t>>, name: &str, model: &dyn Model) -> Read<Value> {
        let value = match found.get_ref() {
            DeValue::Integer(number) => {
                number.as_str().parse::<u64>().map(Value::Number).map_err(|_| {
                    self.error(found.span(), name, format!("`{number}` is no count"))
                })?
            }
            DeValue::String(word) => Value::from(word.as_ref()),
            _ => return Err(self.error(found.span(), name, "is a number or a word".to_owned())),
        };
        let parameter = model.about().parameters.iter().find(|parameter| parameter.name == name);
        match parameter.and_then(|parameter| parameter.domain.refusal(&value)) {
            Some(why) => Err(self.error(found.span(), name, why)),
            None => Ok(value),
        }
    }

    fn subjects(
        &self,
        table: &Table<'t>,
        span: &Range<usize>,
        model: &dyn Model,
    ) -> Read<Vec<Subject>> {
        let (key, found) = match (table.get("subject"), table.get("subjects")) {
            (Some(one), None) => ("subject", one),
            (None, Some(many)) => ("subjects", many),
            _ => {
                let why = "a cell has `subject` or a list of `subjects`".to_owned();
                return Err(self.error(span.clone(), "subjects", why));
            }
        };
        let known: Vec<Subject> =
            model.subjects().into_iter().filter(|subject| subject.role != Role::Broken).collect();
        let mut subjects = Vec::new();
        for (at, name) in self.texts(found, key)? {
            let subject = known.iter().find(|subject| subject.name == name).ok_or_else(|| {
                let names = known.iter().map(|subject| subject.name);
                let model = model.about().name;
                let why = format!("`{model}` has no subject `{name}`{}", near(&name, names));
                self.error(at.clone(), key, why)
            })?;
            if subjects.contains(subject) {
                return Err(self.error(at, key, format!("has `{name}` twice")));
            }
            subjects.push(*subject);
        }
        Ok(subjects)
    }

    fn quick(&self, table: &Table<'t>, model: &dyn Model, swept: Option<&Swept>) -> Read<Quick> {
        let Some(found) = table.get("quick") else {
            return Ok(Quick::Values(swept.map(|(_, values)| values.clone()).unwrap_or_default()));
        };
        if let DeValue::Boolean(false) = found.get_ref() {
            return Ok(Quick::Never);
        }
        let Some((parameter, all)) = swept else {
            let why = "is a part of what is swept, and nothing is; or false".to_owned();
            return Err(self.error(found.span(), "quick", why));
        };
        let DeValue::Array(_) = found.get_ref() else {
            return Err(self.error(found.span(), "quick", "is a list, or false".to_owned()));
        };
        let values = self.values(found, parameter, model)?;
        match values.iter().find(|value| !all.contains(value)) {
            Some(value) => {
                let why = format!("{value} is not among the values of `{parameter}`");
                Err(self.error(found.span(), "quick", why))
            }
            None => Ok(Quick::Values(values)),
        }
    }

    /// A number from 1 to `most`, where there is one.
    fn count(&self, table: &Table<'t>, key: &str, most: u64) -> Read<Option<u64>> {
        let Some(found) = table.get(key) else { return Ok(None) };
        let count = match found.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<u64>().ok(),
            _ => None,
        };
        match count.filter(|count| (1..=most).contains(count)) {
            Some(count) => Ok(Some(count)),
            None => Err(self.error(found.span(), key, format!("is a number from 1 to {most}"))),
        }
    }

    fn expectations(&self, table: &Table<'t>, model: &dyn Model) -> Read<BTreeMap<String, f64>> {
        let Some(found) = table.get("expect") else { return Ok(BTreeMap::new()) };
        let DeValue::Table(measures) = found.get_ref() else {
            let why = "is a table of measures, such as { files = 3 }".to_owned();
            return Err(self.error(found.span(), "expect", why));
        };
        let names: Vec<&str> = model.about().measures.iter().map(|measure| measure.name).collect();
        self.only(measures, &names)?;
        let number = |(key, value): (&Spanned<_>, &Spanned<DeValue<'t>>)| {
            let key: &std::borrow::Cow<'t, str> = key.get_ref();
            Ok((key.to_string(), self.number(value, key)?))
        };
        measures.iter().map(number).collect()
    }

    fn figures(
        &self,
        table: &Table<'t>,
        span: &Range<usize>,
        model: &dyn Model,
    ) -> Read<Vec<String>> {
        let Some(found) = table.get("figures") else {
            let first = model.about().measures.first().map(|measure| measure.name.to_owned());
            let why = || self.error(span.clone(), "figures", "is missing".to_owned());
            return Ok(vec![first.ok_or_else(why)?]);
        };
        let mut figures = Vec::new();
        for (at, name) in self.texts(found, "figures")? {
            let names = || model.about().measures.iter().map(|measure| measure.name);
            if !names().any(|known| known == name) {
                let why = format!("no measure `{name}`{}", near(&name, names()));
                return Err(self.error(at, "figures", why));
            }
            figures.push(name);
        }
        Ok(figures)
    }
}
