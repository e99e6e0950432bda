//! A record as one page for a browser, without a script.

use std::path::Path;

use anyhow::Result;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

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
img { max-width: 100%; height: auto; }
code, pre { background: #f3f3f3; }
</style>
";

/// The page of a record: its front page and then the reports in these folders of it. Figures are where
/// the reports have them.
///
/// # Errors
/// Where one of these files cannot be read.
pub fn page(record: &Path, title: &str, folders: &[&str]) -> Result<String> {
    let mut text = format!("{HEAD}<title>{title}</title>\n");
    push(&mut text, "", &read(&record.join("README.md"))?);
    for folder in folders {
        text += &format!("<section id=\"{folder}\">\n");
        push(&mut text, &format!("{folder}/"), &read(&record.join(folder).join("report.md"))?);
        text += "</section>\n";
    }
    Ok(text)
}

/// Adds a document, whose figures are below `folder`.
fn push(text: &mut String, folder: &str, markdown: &str) {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = CowStr::from(format!("{folder}{dest_url}"));
            Event::Start(Tag::Image { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            // Within the page.
            let dest_url = match dest_url.strip_suffix("/report.md") {
                Some(question) => CowStr::from(format!("#{question}")),
                None => dest_url,
            };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        event => event,
    });
    html::push_html(text, events);
}
