//! What sealed suites came to, run by run: they are looked at by their counts alone.

use std::path::Path;

use serde::Serialize;
use steward_evals::record::{Record, append};
use steward_evals::summary;

use crate::Result;

const FILE: &str = "scores.jsonl";

/// A line of the book of scores.
#[derive(Serialize)]
struct Score<'a> {
    date: &'a str,
    commit: Option<&'a str>,
    version: &'a str,
    prompt: &'a str,
    model: &'a str,
    suite: &'a str,
    suite_hash: &'a str,
    passed: usize,
    failed: usize,
    errors: usize,
}

/// Writes a line for each suite and model.
pub(super) fn write(folder: &Path, records: &[Record]) -> Result<()> {
    for summary in summary::of(records) {
        let of = |record: &&Record| record.suite == summary.suite && record.about.model == summary.model;
        let Some(first) = records.iter().find(of) else { continue };
        let score = Score {
            date: &first.about.date,
            commit: first.about.commit.as_deref(),
            version: &first.about.version,
            prompt: &first.about.prompt,
            model: &summary.model,
            suite: &summary.suite,
            suite_hash: &first.suite_hash,
            passed: summary.passed,
            failed: summary.failed,
            errors: summary.errors,
        };
        append(&folder.join(FILE), &score)?;
    }
    Ok(())
}
