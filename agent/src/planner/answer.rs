//! Words the result of a read: leads with what was asked, then shows the rows it comes from.
//!
//! Nothing is computed that the result does not hold; only the rows of a complete list are counted, and a largest
//! or oldest row is picked by comparing the result's own values.

use std::cmp::Reverse;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use super::lexicon::{self, ROLES, Role, Use};
use super::rows::{label, plain, rows};
use super::table::{Table, table};
use super::text::{Token, stem, tokens};

/// Rows of a list that are shown in chat.
const SHOWN: usize = 20;

/// Words a result for the person who asked; `sentence` is the result's own.
#[must_use]
pub fn answer(text: &str, operation: &str, output: &Value, sentence: &str) -> String {
    let words = tokens(text);
    let Some(rows) = rows(output) else { return record(output, sentence) };
    let more = output.get("next_cursor").is_some_and(|c| !c.is_null());
    if rows.is_empty() {
        return if sentence.is_empty() { "There is nothing of that kind.".to_owned() } else { sentence.to_owned() };
    }
    let table = table(rows);
    let asked = |first: &str, second: &str| words.windows(2).any(|w| w[0].low == first && w[1].low == second);
    if asked("how", "many") || asked("number", "of") {
        return count(rows.len(), output, more, operation);
    }
    let lead =
        extreme(&words, rows, &table, more).or_else(|| sum(&words, output)).unwrap_or_else(|| sentence.to_owned());
    let mut out = lead;
    if rows.len() > 1 || out.is_empty() {
        out.push_str("\n\n");
        out.push_str(&table.markdown(SHOWN));
    }
    let hidden = rows.len().saturating_sub(SHOWN);
    match (more, hidden) {
        (true, _) => out.push_str(&format!(
            "\n{} of more: the list goes on. Narrow it down, or ask for the rest.",
            rows.len().min(SHOWN)
        )),
        (false, 0) => {}
        (false, n) => out.push_str(&format!("\n… and {n} more.")),
    }
    out.trim().to_owned()
}

/// How many, as far as the result tells.
fn count(shown: usize, output: &Value, more: bool, operation: &str) -> String {
    let noun = operation.split('.').nth(1).unwrap_or("rows").replace('_', " ");
    let total = output.get("total").and_then(Value::as_u64);
    match (total, output.get("total_at_least").and_then(Value::as_u64)) {
        (Some(n), _) => format!("{n} {noun}."),
        (None, Some(n)) => format!("At least {n} {noun}."),
        (None, None) if more => format!("More than {shown} {noun}: the list goes on after the first {shown}."),
        _ => format!("{shown} {noun}."),
    }
}

/// The row with the most or least of what was asked for.
fn extreme(words: &[Token], rows: &[Value], table: &Table, more: bool) -> Option<String> {
    let word = words.iter().find(|t| (t.is(Use::Top) || t.is(Use::Bottom)) && !dates_follow(words, t))?;
    let top = word.is(Use::Top) && !word.is(Use::Bottom) || word.low == "most";
    let by_date = ["newest", "latest", "last", "oldest"].contains(&word.low.as_str());
    let column = table.pick(|name, values| {
        let fits =
            values.iter().filter(|v| if by_date { date(v) } else { number(v).is_some() }).count() * 2 > values.len();
        let said = name.split(' ').any(|part| words.iter().any(|t| t.stem == stem(part)));
        let money = ROLES.iter().any(|(role, list)| {
            *role == Role::Amount && name.split(' ').any(|part| lexicon::place(list, part, 0).is_some())
        });
        fits.then_some((said, money))
    })?;
    let key = |n: &usize| -> (Option<Decimal>, String) {
        let text = table.cell(*n, column);
        if by_date { (None, text.to_owned()) } else { (number(text), String::new()) }
    };
    let mut order: Vec<usize> =
        (0..rows.len()).filter(|n| by_date || number(table.cell(*n, column)).is_some()).collect();
    if top {
        order.sort_by_key(|n| Reverse(key(n)))
    } else {
        order.sort_by_key(key)
    }
    let first = *order.first()?;
    let caution = if more { " (of the rows shown; the list goes on)" } else { "" };
    Some(format!("{}: {} {}{caution}.", name(&rows[first]), table.name(column), table.cell(first, column)))
}

/// "last month" is a date, not the last row.
fn dates_follow(words: &[Token], token: &Token) -> bool {
    let next = words.iter().find(|t| t.start > token.end);
    token.low == "last"
        && next.is_some_and(|t| {
            super::periods::unit_days(t).is_some()
                || super::months::month(t).is_some()
                || super::dates::count(t).is_some()
        })
}

/// The whole, where the result itself holds it.
fn sum(words: &[Token], output: &Value) -> Option<String> {
    let asks =
        words.iter().any(|t| t.any(&["total"])) || words.windows(2).any(|w| w[0].low == "how" && w[1].low == "much");
    let totals = output.get("total").or_else(|| output.get("totals")).filter(|v| asks && !v.is_null())?;
    let text = match totals {
        Value::Object(map) if !map.contains_key("amount") => {
            map.iter().map(|(k, v)| format!("{} {}", k.replace('_', " "), plain(v))).collect::<Vec<_>>().join(", ")
        }
        other => plain(other),
    };
    (!text.is_empty()).then(|| format!("In total: {text}."))
}

/// One record, field by field.
fn record(output: &Value, sentence: &str) -> String {
    let Some(map) = output.as_object() else { return sentence.to_owned() };
    let table = table(std::slice::from_ref(output));
    let mut out = sentence.to_owned();
    for column in 0..table.width() {
        let cell = table.cell(0, column);
        if !cell.is_empty() && !sentence.contains(cell) {
            out.push_str(&format!("\n- {}: {cell}", table.name(column)));
        }
    }
    if out.is_empty() && map.is_empty() { "Done.".to_owned() } else { out.trim().to_owned() }
}

fn name(row: &Value) -> String {
    let label = label(row);
    label.split(", ").next().filter(|_| row.get("name").is_some()).map_or(label.clone(), str::to_owned)
}

fn number(text: &str) -> Option<Decimal> {
    Decimal::from_str(text.split(' ').next()?).ok()
}

fn date(text: &str) -> bool {
    chrono::NaiveDate::from_str(text.get(..10).unwrap_or(text)).is_ok()
}
