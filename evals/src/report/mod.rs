//! Reports, made of records alone: a page, JUnit, and lines of JSON.

mod html;
mod junit;

use std::path::{Path, PathBuf};

use crate::record::Record;
use crate::{EvalError, Result};

pub use html::html;
pub use junit::junit;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page of its own.
    Html,
    /// For continuous integration.
    Junit,
    /// A record a line.
    Lines,
}

impl Format {
    /// By the end of the file's name.
    pub fn of(path: &Path) -> Result<Self> {
        match path.extension().and_then(|end| end.to_str()) {
            Some("html" | "htm") => Ok(Self::Html),
            Some("xml") => Ok(Self::Junit),
            Some("jsonl") => Ok(Self::Lines),
            _ => Err(EvalError::File {
                path: path.display().to_string(),
                why: "a report ends in .html, .xml or .jsonl".to_owned(),
            }),
        }
    }
}

/// Writes the reports that are asked for; lines of JSON are written while the tests run, so that nothing is lost.
pub fn write(paths: &[PathBuf], records: &[Record]) -> Result<()> {
    for path in paths {
        let text = match Format::of(path)? {
            Format::Html => html(records),
            Format::Junit => junit(records),
            Format::Lines => continue,
        };
        std::fs::write(path, text)
            .map_err(|e| EvalError::File { path: path.display().to_string(), why: e.to_string() })?;
    }
    Ok(())
}

/// Text as HTML and XML take it; what XML cannot hold is left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || ['\u{fffe}', '\u{ffff}'].contains(&c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{TurnRecord, Verdict};
    use crate::stage::{About, Usage};

    pub(super) fn records() -> Vec<Record> {
        let turn = TurnRecord {
            say: "<script>alert(1)</script> & {{rows}}".into(),
            expected: "calls".into(),
            operation: Some(false),
            outcome: Some(false),
            problems: vec!["prepared nothing; expected a.b.c".into()],
            answer: "I \u{1b}[31mcannot".into(),
            ..TurnRecord::default()
        };
        let record = |test: &str, verdict| Record {
            suite: "s".into(),
            suite_hash: "h".into(),
            test: test.into(),
            repeat: 1,
            about: About { model: "planner".into(), ..About::default() },
            verdict,
            problems: vec![],
            turns: vec![turn.clone()],
            usage: Usage::default(),
            ms: 12,
        };
        vec![record("good", Verdict::Passed), record("bad", Verdict::Failed), record("broken", Verdict::Error)]
    }

    #[test]
    fn what_was_said_is_text_in_every_report() {
        let (page, xml) = (html(&records()), junit(&records()));
        for text in [&page, &xml] {
            assert!(!text.contains("<script>alert") && text.contains("&lt;script&gt;"), "{text}");
            assert!(!text.contains('\u{1b}'));
        }
        assert!(xml.contains("tests=\"3\" failures=\"1\" errors=\"1\""), "{xml}");
        assert!(!page.contains("http://") && !page.contains("https://") && page.contains("prepared nothing"));
        assert!(page.contains("&amp; {{rows}}"), "what was said is not filled in");
    }

    #[test]
    fn the_end_of_a_name_says_the_format() {
        assert_eq!(Format::of(Path::new("a/b.jsonl")).unwrap(), Format::Lines);
        assert!(Format::of(Path::new("b.pdf")).is_err());
    }
}
