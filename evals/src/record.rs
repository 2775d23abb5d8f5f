//! What is kept of each test: one line of JSON.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Called;
use crate::stage::{About, Usage};
use crate::suite::Call;
use crate::{EvalError, Result};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All of it was as expected.
    Passed,
    /// Something was not.
    Failed,
    /// It could not be judged.
    Error,
}

/// One test, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The suite.
    pub suite: String,
    /// Which version of it.
    pub suite_hash: String,
    /// The test.
    pub test: String,
    /// Which time, from 1.
    pub repeat: u32,
    /// What was tested.
    #[serde(flatten)]
    pub about: About,
    /// How it ended.
    pub verdict: Verdict,
    /// What is wrong with it as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// Turn by turn, as far as it came.
    pub turns: Vec<TurnRecord>,
    /// What models cost.
    #[serde(flatten)]
    pub usage: Usage,
    /// How long all its turns took.
    pub ms: u64,
}

/// One turn.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnRecord {
    /// What was said.
    pub say: String,
    /// What was expected, in a word: calls, asks, nothing, undone, any; empty where anything may come.
    pub expected: String,
    /// The reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reference: Vec<Call>,
    /// Whether it was as expected.
    pub passed: bool,
    /// Of calls: the right operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<bool>,
    /// Of calls: the right outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<bool>,
    /// A change was prepared.
    pub prepared: bool,
    /// What is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// What was answered.
    pub answer: String,
    /// What was called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub called: Vec<Called>,
    /// How long it took.
    pub ms: u64,
}

/// What a run may skip, since it was done before.
pub type Done = BTreeSet<(String, String, String, String, u32)>;

impl Record {
    /// What tells it from others.
    #[must_use]
    pub fn key(&self) -> (String, String, String, String, u32) {
        let About { model, prompt, .. } = &self.about;
        (self.suite_hash.clone(), prompt.clone(), model.clone(), self.test.clone(), self.repeat)
    }
    /// Everything that is wrong, turn by turn.
    #[must_use]
    pub fn wrong(&self) -> Vec<String> {
        let of_turn = |(n, turn): (usize, &TurnRecord)| {
            let at = if self.turns.len() > 1 { format!("turn {}: ", n + 1) } else { String::new() };
            turn.problems.iter().map(move |problem| format!("{at}{problem}")).collect::<Vec<_>>()
        };
        let turns = self.turns.iter().enumerate().flat_map(of_turn);
        turns.chain(self.problems.iter().cloned()).collect()
    }
}

/// Those that need not be done again: errors do.
#[must_use]
pub fn done(records: &[Record]) -> Done {
    records.iter().filter(|record| record.verdict != Verdict::Error).map(Record::key).collect()
}

/// Reads what was kept. A last line that was cut off is left out.
pub fn read(path: &Path) -> Result<Vec<Record>> {
    let wrong = |why: String| EvalError::File { path: path.display().to_string(), why };
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut records = Vec::with_capacity(lines.len());
    for (n, line) in lines.iter().enumerate() {
        match serde_json::from_str(line) {
            Ok(record) => records.push(record),
            Err(_) if n + 1 == lines.len() && !text.ends_with('\n') => {}
            Err(error) => return Err(wrong(format!("line {}: {error}", n + 1))),
        }
    }
    Ok(records)
}

/// Adds one.
pub fn append(path: &Path, value: &impl Serialize) -> Result<()> {
    let wrong = |why: std::io::Error| EvalError::File { path: path.display().to_string(), why: why.to_string() };
    let value: Value = serde_json::to_value(value).unwrap_or_default();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(wrong)?;
    writeln!(file, "{value}").map_err(wrong)
}
