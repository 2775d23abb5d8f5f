//! Suites as they are written: `docs/evals.md` is their description.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{EvalError, Result};

/// A suite, each test written out.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name: that of its file.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Names this version of it.
    pub hash: String,
    /// Its tests, one for each value of their variables.
    pub tests: Vec<Test>,
}

/// A conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Its name within the suite.
    pub description: String,
    /// Whose conversation.
    #[serde(rename = "as", default)]
    pub who: String,
    /// What is there before it begins, beyond the sample company.
    #[serde(default)]
    pub given: Vec<Given>,
    /// What is said, and what is to come of it.
    pub turns: Vec<Turn>,
    /// Operations that must leave no record.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What must hold in the end.
    #[serde(default)]
    pub state: Vec<State>,
    /// What it may cost.
    #[serde(default)]
    pub cost: Cost,
}

/// A call that is made before the conversation, by REST.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// By whom.
    #[serde(rename = "as", default = "accountant")]
    pub who: String,
    /// The operation.
    pub name: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Value,
}

/// One thing said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The words.
    pub say: String,
    /// What is to come of them; without, anything may.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// The decision on what the turn prepared, before the next turn.
    #[serde(default)]
    pub approve: Option<bool>,
}

/// What a turn is to come to: exactly one of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// These calls, or others with the same outcome.
    pub calls: Option<Vec<Call>>,
    /// It asks, and prepares nothing.
    pub asks: bool,
    /// No operation is called.
    pub nothing: bool,
    /// What was committed last is taken back.
    pub undone: bool,
    /// One of several.
    pub any: Option<Vec<Expect>>,
    /// Figures and names that the answer holds, beside calls.
    pub answers: Vec<Value>,
}

/// A call of an operation.
#[derive(Debug, Clone, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation.
    pub name: String,
    /// Its arguments.
    #[serde(default = "no_arguments")]
    pub arguments: Value,
}

/// What must hold in the end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The operation that reads it.
    pub read: String,
    /// Who reads.
    #[serde(rename = "as", default = "admin")]
    pub who: String,
    /// Its arguments.
    #[serde(default = "no_arguments")]
    pub arguments: Value,
    /// A part of what it answers.
    pub holds: Value,
}

/// What a test may cost.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cost {
    /// Tokens read and written.
    pub tokens: Option<u64>,
    /// Times that a model is asked.
    pub model_calls: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    description: String,
    #[serde(default)]
    defaults: Defaults,
    tests: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Defaults {
    #[serde(rename = "as")]
    who: Option<String>,
}

fn accountant() -> String {
    "accountant".to_owned()
}
fn admin() -> String {
    "admin".to_owned()
}
fn no_arguments() -> Value {
    Value::Object(Map::new())
}

impl Suite {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| EvalError::File { path: path.display().to_string(), why: e.to_string() })?;
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self::of(&name, &text)
    }

    /// Reads a suite from its text.
    pub fn of(name: &str, text: &str) -> Result<Self> {
        let wrong = |why: String| EvalError::Suite(format!("Suite {name}: {why}."));
        let written: Written = serde_saphyr::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let who = written.defaults.who.unwrap_or_else(accountant);
        let mut tests = Vec::new();
        for written in written.tests {
            for mut value in each(written) {
                let label = value["description"].as_str().unwrap_or_default().to_owned();
                if let Value::Object(fields) = &mut value {
                    fields.remove("vars");
                    fields.entry("as").or_insert_with(|| Value::String(who.clone()));
                }
                let test: Test = serde_json::from_value(value).map_err(|e| wrong(format!("test \"{label}\": {e}")))?;
                test.check().map_err(|why| wrong(format!("test \"{label}\": {why}")))?;
                tests.push(test);
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = tests.iter().find(|test| !seen.insert(test.description.as_str())) {
            return Err(wrong(format!("two tests are called \"{}\"", twice.description)));
        }
        Ok(Self { name: name.to_owned(), description: written.description, hash: hash(text), tests })
    }
}

impl Test {
    fn check(&self) -> Result<(), String> {
        if self.turns.is_empty() {
            return Err("nothing is said".to_owned());
        }
        self.turns.iter().filter_map(|turn| turn.expect.as_ref()).try_for_each(Expect::check)
    }
}

impl Expect {
    fn check(&self) -> Result<(), String> {
        let chosen = [self.calls.is_some(), self.asks, self.nothing, self.undone, self.any.is_some()];
        if chosen.iter().filter(|one| **one).count() != 1 {
            return Err("a turn expects exactly one of calls, asks, nothing, undone and any".to_owned());
        }
        if !self.answers.is_empty() && self.calls.is_none() {
            return Err("answers stand beside calls".to_owned());
        }
        self.any.iter().flatten().try_for_each(Self::check)
    }
    /// In a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self { calls: Some(_), .. } => "calls",
            Self { asks: true, .. } => "asks",
            Self { nothing: true, .. } => "nothing",
            Self { undone: true, .. } => "undone",
            _ => "any",
        }
    }
    /// Whether a turn may come to nothing but words.
    #[must_use]
    pub fn words_do(&self) -> bool {
        self.asks || self.nothing || self.any.iter().flatten().any(Self::words_do)
    }
}

/// A test for each combination of its variables.
fn each(written: Value) -> Vec<Value> {
    let Some(Value::Object(vars)) = written.get("vars") else { return vec![written] };
    let mut rows: Vec<BTreeMap<String, String>> = vec![BTreeMap::new()];
    for (name, values) in vars {
        let values = match values {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        let with = |row: &BTreeMap<String, String>, value: &Value| {
            let mut row = row.clone();
            row.insert(name.clone(), said(value));
            row
        };
        rows = rows.iter().flat_map(|row| values.iter().map(|value| with(row, value)).collect::<Vec<_>>()).collect();
    }
    rows.into_iter()
        .map(|row| {
            let mut test = filled(&written, &row);
            let values: Vec<&str> = row.values().map(String::as_str).collect();
            if let Some(Value::String(name)) = test.get_mut("description")
                && rows_differ(&written, name)
            {
                name.push_str(&format!(" ({})", values.join(", ")));
            }
            test
        })
        .collect()
}

/// Whether the description itself does not tell the rows apart.
fn rows_differ(written: &Value, filled: &str) -> bool {
    written["description"].as_str() == Some(filled)
}

fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn filled(value: &Value, row: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => Value::String(
            row.iter().fold(text.clone(), |text, (name, with)| text.replace(&format!("{{{{{name}}}}}"), with)),
        ),
        Value::Array(all) => all.iter().map(|one| filled(one, row)).collect(),
        Value::Object(fields) => Value::Object(fields.iter().map(|(k, v)| (k.clone(), filled(v, row))).collect()),
        other => other.clone(),
    }
}

/// A short name for a text.
#[must_use]
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_make_a_test_each() {
        let suite = Suite::of(
            "s",
            "defaults: {as: sales}\ntests:\n- description: owed\n  vars: {who: [A, B]}\n  turns:\n  - say: what does {{who}} owe\n    expect: {nothing: true}\n",
        )
        .unwrap();
        let names: Vec<_> = suite.tests.iter().map(|test| test.description.as_str()).collect();
        assert_eq!(names, ["owed (A)", "owed (B)"]);
        assert_eq!(suite.tests[1].turns[0].say, "what does B owe");
        assert_eq!(suite.tests[0].who, "sales");
    }

    #[test]
    fn a_turn_expects_one_thing() {
        let of = |expect: &str| {
            Suite::of("s", &format!("tests:\n- description: t\n  turns:\n  - say: x\n    expect: {expect}\n"))
        };
        assert!(of("{asks: true}").is_ok());
        assert!(of("{any: [{asks: true}, {nothing: true}]}").is_ok());
        for wrong in ["{asks: true, nothing: true}", "{}", "{answers: [1], asks: true}", "{calls: x}", "{ask: true}"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_of_a_name_are_refused() {
        let one = "- description: t\n  turns: [{say: x}]\n";
        assert!(Suite::of("s", &format!("tests:\n{one}{one}")).is_err());
    }
}
