//! `check`: lines like `D1 = accounting.invoices.create {customer: Globex Industries SE, …}` through the real gate.
//!
//! A line may begin with who says it (`sales:`, `agent of accountant:`; the accountant unless told). What it
//! answers can be bound (`D1 = …`); `D1` in later arguments is its id. Each write is previewed first, and what
//! the preview says of ledger and money stands under the line: the committed run must do the same.

use std::collections::BTreeMap;

use serde_json::Value;
use steward_tools::{Answer, Call, Caller, Options, Plan, PreviewEffect};

use crate::support::World;

/// Runs a script and tells what came of each line.
pub async fn check(world: &World, script: &str) -> String {
    let mut bound: BTreeMap<String, Value> = BTreeMap::new();
    let mut told = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (who, line) = speaker(line);
        let (name, line) =
            line.split_once(" = ").filter(|(name, _)| !name.contains(' ')).map_or((None, line), |(n, l)| (Some(n), l));
        let (operation, arguments) = line.split_once(' ').unwrap_or((line, "{}"));
        let mut arguments: Value = serde_saphyr::from_str(arguments).unwrap_or_else(|e| panic!("{line}: {e}"));
        bind(&mut arguments, &bound);
        let caller = match who.strip_prefix("agent of ") {
            Some(who) => world.agent_of(who).await,
            None => world.person(who).await,
        };
        let (text, answer) = tell(world, &caller, Call { name: operation.to_owned(), arguments }).await;
        told.push_str(&text);
        if let (Some(name), Some(answer)) = (name, answer) {
            bound.insert(name.to_owned(), answer);
        }
    }
    told
}

fn speaker(line: &str) -> (&str, &str) {
    match line.split_once(": ") {
        Some((who, rest))
            if who.chars().all(|c| c.is_alphabetic() || " @.".contains(c)) && !who.contains("accounting.") =>
        {
            (who, rest)
        }
        _ => ("accountant", line),
    }
}

fn bind(value: &mut Value, bound: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(known) = bound.get(text.as_str()) {
                *value = known["id"].clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| bind(item, bound)),
        Value::Object(fields) => fields.values_mut().for_each(|item| bind(item, bound)),
        _ => {}
    }
}

async fn tell(world: &World, caller: &Caller, call: Call) -> (String, Option<Value>) {
    let dry = Options { dry_run: true, ..Options::default() };
    let before = traces(world).await;
    let preview = world.gate.submit(caller, Plan::one(call.clone()), dry).await;
    assert_eq!(traces(world).await, before, "the preview of {} left a trace", call.name);
    let effects = match preview {
        Ok(Answer::Preview { effects, .. }) => effects,
        _ => Vec::new(),
    };
    let (text, answer) = match world.gate.submit(caller, Plan::one(call), Options::default()).await {
        Ok(Answer::Done { call_id, result, sentences, .. }) => {
            let verb = if call_id.is_some() { "done" } else { "read" };
            (format!("{verb} {}\n", sentences.join(" ")), Some(result))
        }
        Ok(Answer::NeedsApproval { approval }) => {
            (format!("asks {}: {}\n", approval.approver, approval.title), Some(approval.result))
        }
        Ok(other) => (format!("{other:?}\n"), None),
        Err(error) => match error.refusal() {
            Some(refusal) => {
                let near: Vec<&str> = refusal.candidates.iter().map(|c| c.label.as_str()).collect();
                let near = if near.is_empty() { String::new() } else { format!(" ({})", near.join("; ")) };
                (format!("refused {}: {}{near}\n", refusal.code, refusal.detail), None)
            }
            None => (format!("failed {error}\n"), None),
        },
    };
    let lines: String = effects.iter().filter_map(line).collect();
    (text + &lines, answer)
}

fn line(effect: &PreviewEffect) -> Option<String> {
    let kind = serde_json::to_value(effect.kind).ok()?;
    let kind = kind.as_str().filter(|kind| *kind != "record")?.to_owned();
    Some(format!("  {kind} {}\n", effect.text))
}

/// How much is written down: changes, calls, numbers drawn.
async fn traces(world: &World) -> (i64, i64, i64) {
    let sql = "select (select count(*) from changes), (select count(*) from calls), (select coalesce(sum(last), 0)::bigint from number_series)";
    sqlx::query_as(sql).fetch_one(&world.owner).await.unwrap()
}
