//! All claims as a page.

use super::{Claim, ClaimVerdict, Finding};
use crate::{Findings, Machine, Table, with_interval};

/// What is judged on a machine.
type Judged<'c> = (&'c Claim, ClaimVerdict, Vec<Finding>);

/// The page of all claims, from the samples of a machine; `findings` are those of a question by name, and
/// `commits` those at which questions were measured.
pub fn claims_page<'f>(
    claims: &[Claim],
    machine: &Machine,
    commits: &str,
    findings: impl Fn(&str) -> Option<&'f Findings<'f>>,
) -> String {
    let judge = |claim| {
        let (verdict, found) = Claim::judge(claim, machine, &findings);
        (claim, verdict, found)
    };
    let judged: Vec<Judged<'_>> = claims.iter().map(judge).collect();
    let mut counts: Vec<(ClaimVerdict, usize)> = Vec::new();
    for (_, verdict, _) in &judged {
        match counts.iter_mut().find(|(known, _)| known == verdict) {
            Some((_, n)) => *n += 1,
            None => counts.push((*verdict, 1)),
        }
    }
    counts.sort_unstable();
    let counts: Vec<String> = counts.iter().map(|(verdict, n)| format!("{verdict}: {n}")).collect();
    let mut text = format!(
        "# Claims\n\nWhat five public reports say, replayed on {}; {commits}. Of {} claims: {}. A claim \
         holds where the 95% interval of every test that this machine can tell lies inside its bounds, and \
         does not where that of one lies outside. \"Here\" is the test that decides.\n\n",
        machine.place(),
        claims.len(),
        counts.join("; ")
    );
    let mut table = Table::new(&["claim", "of", "what was said", "here", "verdict", "why"]);
    for (claim, verdict, found) in &judged {
        let one_line = |text: &str| text.replace('\n', " ");
        table.row(&[
            format!("[{}](#{})", claim.id, anchor(claim, *verdict)),
            claim.source.clone(),
            one_line(&claim.said),
            deciding(*verdict, found).map(here).unwrap_or_default(),
            verdict.to_string(),
            one_line(&claim.why),
        ]);
    }
    text += &table.markdown();
    for (claim, verdict, findings) in &judged {
        text += &format!("\n## {}: {verdict}\n\n{}\n", claim.id, claim.said);
        if findings.is_empty() {
            continue;
        }
        let mut table = Table::new(&["test", "here:", "verdict"]);
        for finding in findings {
            table.row(&[finding.what.clone(), here(finding), finding.verdict.to_string()]);
        }
        text += &format!("\n{}", table.markdown());
    }
    text + "\n```\ncargo lab claims\n```\n"
}

/// Where a browser finds the section of a claim: its heading in small letters, without the colon.
fn anchor(claim: &Claim, verdict: ClaimVerdict) -> String {
    format!("{} {verdict}", claim.id).to_lowercase().replace(' ', "-")
}

/// The first test that has the verdict of the claim.
fn deciding(verdict: ClaimVerdict, found: &[Finding]) -> Option<&Finding> {
    found.iter().find(|finding| finding.verdict == verdict)
}

/// What was found; and why it decides nothing, where it does not.
fn here(finding: &Finding) -> String {
    let found = finding.estimate.as_ref().map(with_interval);
    match (found, &finding.absence) {
        (Some(found), Some(why)) => format!("{found}; {why}"),
        (found, why) => found.or_else(|| why.clone()).unwrap_or_default(),
    }
}
