//! `cargo lab list`.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::{Domain, Role, models};

/// Options of `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Name the models with their parameters, measures and subjects, not the questions.
    #[arg(long)]
    models: bool,
}

impl List {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        if self.models {
            for model in models::MODELS {
                desk.say(&described(model))?;
            }
            return Ok(0);
        }
        let questions = desk.questions()?;
        let width = questions.iter().map(|question| question.name.len()).max().unwrap_or(0);
        for question in questions {
            desk.say(&format!("{:width$}  {}\n", question.name, question.question))?;
        }
        Ok(0)
    }
}

fn described(model: &dyn crate::Model) -> String {
    let mut text = format!("{}\n  {}\n  parameters:\n", model.about().name, model.about().summary);
    for parameter in model.about().parameters {
        let domain = match parameter.domain {
            Domain::Number { default, least, most } => format!("{least} to {most}, {default}"),
            Domain::Words(words) => words.join("|"),
        };
        text += &format!("    {} ({domain}): {}\n", parameter.name, parameter.summary);
    }
    text += "  measures:\n";
    for measure in model.about().measures {
        text += &format!("    {}: {}\n", measure.name, measure.label);
    }
    let names: Vec<String> = model
        .subjects()
        .iter()
        .filter(|subject| subject.role != Role::Broken)
        .map(|subject| format!("{} ({:?})", subject.name, subject.role).to_lowercase())
        .collect();
    text + &format!("  subjects: {}\n\n", names.join(", "))
}
