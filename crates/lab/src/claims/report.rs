//! All claims as a page.

use super::{Claim, ClaimVerdict};
use crate::{Findings, Machine, Table, with_interval};

/// The page of all claims, from the samples of a machine; `findings` are those of a question by name.
pub fn claims_page<'f>(
    claims: &[Claim],
    machine: &Machine,
    findings: impl Fn(&str) -> Option<&'f Findings<'f>>,
) -> String {
    let judged: Vec<_> = claims.iter().map(|claim| (claim, claim.judge(&findings))).collect();
    let mut counts: Vec<(ClaimVerdict, usize)> = Vec::new();
    for (_, (verdict, _)) in &judged {
        match counts.iter_mut().find(|(known, _)| known == verdict) {
            Some((_, n)) => *n += 1,
            None => counts.push((*verdict, 1)),
        }
    }
    counts.sort_unstable();
    let counts: Vec<String> = counts.iter().map(|(verdict, n)| format!("{verdict}: {n}")).collect();
    let mut text = format!(
        "# Claims\n\nWhat five public reports say, replayed on {}. Of {} claims: {}. A claim holds \
         where the 95% interval of every test lies inside its bounds, and does not where that of one \
         lies outside.\n\n",
        machine.phrase(),
        claims.len(),
        counts.join("; ")
    );
    let mut table = Table::new(&["claim", "of", "what was said", "verdict"]);
    for (claim, (verdict, _)) in &judged {
        let said = claim.said.replace('\n', " ");
        table.row(&[claim.id.clone(), claim.source.clone(), said, verdict.to_string()]);
    }
    text += &table.markdown();
    for (claim, (verdict, findings)) in &judged {
        text += &format!("\n## {}: {verdict}\n\n{}\n\n{}\n", claim.id, claim.said, claim.why);
        if findings.is_empty() {
            continue;
        }
        let mut table = Table::new(&["test", "here:", "verdict"]);
        for finding in findings {
            let absence = || finding.absence.clone().unwrap_or_default();
            let here = finding.estimate.as_ref().map_or_else(absence, with_interval);
            table.row(&[finding.what.clone(), here, finding.verdict.to_string()]);
        }
        text += &format!("\n{}", table.markdown());
    }
    text + "\n```\ncargo lab claims\n```\n"
}
