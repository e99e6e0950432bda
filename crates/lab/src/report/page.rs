//! A record as one page for a browser, without a script.

use std::fs;
use std::path::Path;

use anyhow::Result;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::record::read;

const HEAD: &str = "<!DOCTYPE html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<style>
body { font: 16px/1.5 sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff; }
h1 { margin-top: 3rem; border-top: 2px solid #ccc; padding-top: 1rem; }
table { border-collapse: collapse; font-size: 0.8rem; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: 0.2rem 0.6rem; white-space: nowrap; }
svg { max-width: 100%; height: auto; }
code, pre { background: #f3f3f3; }
</style>
";

/// The page of a record: its front page and then every question's report, the figures inside.
///
/// # Errors
/// Where one of these files cannot be read.
pub fn page(record: &Path, title: &str, questions: &[&str]) -> Result<String> {
    let mut text = format!("{HEAD}<title>{title}</title>\n");
    push(&mut text, record, &read(&record.join("README.md"))?);
    for question in questions {
        let folder = record.join(question);
        text += &format!("<section id=\"{question}\">\n");
        push(&mut text, &folder, &read(&folder.join("report.md"))?);
        text += "</section>\n";
    }
    Ok(text)
}

/// Adds a document, whose figures are in `folder`.
fn push(text: &mut String, folder: &Path, markdown: &str) {
    let mut is_in_figure = false;
    let events =
        Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                is_in_figure = true;
                let svg = fs::read_to_string(folder.join(dest_url.as_ref()));
                svg.ok().map(|svg| Event::InlineHtml(CowStr::from(svg)))
            }
            Event::End(TagEnd::Image) => {
                is_in_figure = false;
                None
            }
            _ if is_in_figure => None,
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                // Within the page.
                let dest_url = match dest_url.strip_suffix("/report.md") {
                    Some(question) => CowStr::from(format!("#{question}")),
                    None => dest_url,
                };
                Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
            }
            event => Some(event),
        });
    html::push_html(text, events);
}
