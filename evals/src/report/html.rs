//! One page, with nothing loaded from anywhere.

use std::fmt::Write as _;

use super::escaped;
use crate::record::{Record, TurnRecord, Verdict};
use crate::stats::Share;
use crate::summary::{self, Summary, columns};

const PAGE: &str = include_str!("report.html");

/// The report as a page.
#[must_use]
pub fn html(records: &[Record]) -> String {
    let summaries = summary::of(records);
    let about = records.first().map(|record| &record.about);
    let about = about.map_or_else(String::new, |about| {
        let commit = about.commit.as_deref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
        format!("Steward {}{commit}, prompt {}, {}", about.version, about.prompt, about.date)
    });
    let parts = [
        ("about", escaped(&about)),
        ("bars", summaries.iter().map(bars).collect::<String>()),
        ("table", table(&summaries)),
        ("failures", failures(records)),
    ];
    // each place is filled once, from the page as it was written: what is filled in is never looked through
    let mut page = String::new();
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        page.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, with)| with));
        rest = after;
    }
    page.push_str(rest);
    page
}

fn bars(summary: &Summary) -> String {
    let rows = [
        ("tests passed", summary.rate),
        ("right operation", summary.operation),
        ("all arguments", summary.outcome),
        ("asks instead of a wrong guess", summary.careful),
        ("no needless call", summary.quiet),
    ];
    let mut out = format!("<section><h2>{} <small>{}</small></h2>", escaped(&summary.suite), escaped(&summary.model));
    for (name, share) in rows {
        let Some(Share { of, all, percent, low, high }) = share else { continue };
        let _ = write!(
            out,
            "<div class=\"row\"><span>{name}</span><div class=\"bar\" title=\"95 %: {low:.0}–{high:.0}\"><i style=\"width:{percent:.1}%\"></i>\
             <b style=\"left:{low:.1}%;right:{}%\"></b></div><span>{percent:.0} % ({of}/{all})</span></div>",
            100 - rounded(high)
        );
    }
    out.push_str("</section>");
    out
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage is small and not negative")]
const fn rounded(percent: f64) -> u32 {
    percent.clamp(0.0, 100.0) as u32
}

fn table(summaries: &[Summary]) -> String {
    let mut out = String::from("<table><thead><tr>");
    for (name, _) in summaries.first().map(columns).unwrap_or_default() {
        let _ = write!(out, "<th>{name}</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for summary in summaries {
        let cells: String = columns(summary).iter().map(|(_, value)| format!("<td>{}</td>", escaped(value))).collect();
        let _ = write!(out, "<tr>{cells}</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

fn failures(records: &[Record]) -> String {
    let wrong: Vec<&Record> = records.iter().filter(|record| record.verdict != Verdict::Passed).collect();
    if wrong.is_empty() {
        return "<p>None: everything came to what was expected.</p>".to_owned();
    }
    wrong.into_iter().map(failure).collect()
}

fn failure(record: &Record) -> String {
    let word = if record.verdict == Verdict::Error { "error" } else { "failed" };
    let repeat = if record.repeat > 1 { format!(" #{}", record.repeat) } else { String::new() };
    let mut out = format!(
        "<details><summary><em class=\"{word}\">{word}</em> {}: {}{repeat} <small>{}</small></summary>",
        escaped(&record.suite),
        escaped(&record.test),
        escaped(&record.wrong().join("; "))
    );
    record.problems.iter().for_each(|problem| {
        let _ = write!(out, "<p class=\"problem\">{}</p>", escaped(problem));
    });
    record.turns.iter().for_each(|turn| out.push_str(&told(turn)));
    out.push_str("</details>");
    out
}

fn told(turn: &TurnRecord) -> String {
    let shown = |calls: Vec<(&str, &serde_json::Value)>| {
        calls.iter().map(|(name, arguments)| format!("{name} {arguments}")).collect::<Vec<_>>().join("\n")
    };
    let reference = turn.reference.iter().map(|call| (call.name.as_str(), &call.arguments)).collect();
    let called = turn.called.iter().map(|call| (call.tool.as_str(), &call.arguments)).collect();
    let expected = format!("{}\n{}", turn.expected, shown(reference));
    let mut out = format!("<dl class=\"{}\">", if turn.passed { "right" } else { "wrong" });
    for (name, value) in [
        ("said", turn.say.as_str()),
        ("expected", expected.trim()),
        ("called", &shown(called)),
        ("answered", &turn.answer),
        ("wrong", &turn.problems.join("\n")),
    ] {
        if !value.is_empty() {
            let _ = write!(out, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
        }
    }
    out.push_str("</dl>");
    out
}
