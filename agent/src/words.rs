//! What the agent itself says: about refusals, proposals and what was done. Figures come from the gate.

use steward_tools::{ApprovalRow, Refusal};

use crate::page::Happened;

/// A refusal with its way out.
pub(crate) fn refused(refusal: &Refusal) -> String {
    let mut text = refusal.detail.clone();
    if let Some(fix) = &refusal.fix {
        text.push(' ');
        text.push_str(fix);
    }
    for candidate in &refusal.candidates {
        text.push_str("\n- ");
        text.push_str(&candidate.label);
    }
    text
}

/// What would be done, before the person decides.
pub(crate) fn proposed(sentences: &[String]) -> String {
    match sentences {
        [only] => format!("I would do this, if you say yes: {only}"),
        many => {
            let lines: Vec<String> = many.iter().enumerate().map(|(i, line)| format!("{}. {line}", i + 1)).collect();
            format!("I would do this, if you say yes:\n{}", lines.join("\n"))
        }
    }
}

/// What was done.
pub(crate) fn done(sentences: &[String]) -> String {
    format!("Done. {}", sentences.join(" "))
}

/// Somebody else has to decide; the link leads there.
pub(crate) fn waiting(approval: &ApprovalRow) -> String {
    let who = approval.approver.trim_start_matches("role:");
    format!("This needs the yes of a {who} who is not you. It waits at /api/v1/approvals/{}.", approval.id)
}

/// What the page could not do, in one sentence; nothing where it did everything.
pub(crate) fn failed(happened: &[Happened]) -> String {
    let problem = happened.iter().find_map(Happened::problem);
    problem.map(|problem| format!("That did not work on the page: {problem}")).unwrap_or_default()
}
