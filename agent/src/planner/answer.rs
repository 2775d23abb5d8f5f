//! Words the result of a read: leads with what was asked, then shows the rows it comes from.
//!
//! Nothing is computed that the result does not hold, except sums of rows that are all there, which say so; only
//! complete lists are counted, and a largest or oldest row is picked by comparing the result's own values.

use serde_json::Value;

use super::PlannedCall;
use super::extreme::extreme;
use super::lexicon::{GROUPS, ROLES, Role};
use super::question::noun;
use super::rows::{nested, plain, rows};
use super::sums::{added, sum};
use super::table::{Table, number, table};
use super::text::{Token, tokens};

/// Rows of a list that are shown in chat.
const SHOWN: usize = 20;
/// Rows that are shown under a superlative.
const TOP: usize = 5;

/// Whether the answer to this question needs the rows after these too: it counts, adds up, or looks for the largest.
#[must_use]
pub fn wants_more(text: &str, call: &PlannedCall, output: &Value) -> bool {
    let words = tokens(text);
    let counted = output.get("total").is_some_and(|total| !total.is_null());
    (counts(&words) && !counted)
        || super::sums::asks(&words)
        || (super::extreme::word(&words).is_some_and(|t| !newest(t)) && !ordered(call))
        || opened(&words)
}

/// Whether the latest are asked for: a list has those on its first page.
fn newest(token: &Token) -> bool {
    token.any(&["newest", "latest", "last"])
}

/// Whether the list itself was asked to put the wanted rows first.
fn ordered(call: &PlannedCall) -> bool {
    let names = ROLES.iter().find(|(role, _)| *role == Role::Order).map_or("", |(_, names)| names);
    names.split_ascii_whitespace().any(|name| call.arguments.get(name).is_some())
}

/// Words a result for the person who asked; `sentence` is the result's own.
#[must_use]
pub fn answer(text: &str, call: &PlannedCall, output: &Value, sentence: &str) -> String {
    let words = tokens(text);
    // a record may hold lists of its own; it is one record all the same
    let Some(rows) = rows(output).filter(|_| output.get("id").is_none()) else {
        return record(&words, output, sentence);
    };
    let more = output.get("next_cursor").is_some_and(|c| !c.is_null());
    if rows.is_empty() {
        return if sentence.is_empty() { "There is nothing of that kind.".to_owned() } else { sentence.to_owned() };
    }
    if counts(&words) {
        return count(rows.len(), output, more, &call.name);
    }
    let whole = table(rows);
    let kept = filtered(&words, &whole, rows.len(), call, more);
    let order = extreme(&words, rows, &whole, &kept.rows, more && !ordered(call));
    let (mut out, shown, most) = match order {
        // the operation's own sentence, where it already names the row
        Some(top) if sentence.contains(&top.name) && sentence.contains(&top.figure) => {
            (sentence.to_owned(), top.order, TOP)
        }
        Some(top) => (top.sentence, top.order, TOP),
        None => {
            let lead = kept.said.clone().or_else(|| sum(&words, output)).or_else(|| added(&words, rows, &whole, more));
            (lead.unwrap_or_else(|| sentence.to_owned()), kept.rows, SHOWN)
        }
    };
    if let [only] = rows.as_slice() {
        return facts(out, &table(std::slice::from_ref(only)).without(&call.arguments, &[0]));
    }
    if !shown.is_empty() {
        let first: Vec<usize> = shown.iter().copied().take(most).collect();
        out.push_str("\n\n");
        out.push_str(&whole.without(&call.arguments, &first).markdown(&first));
        out.push_str(&rest(first.len(), shown.len(), output, more, ordered(call)));
    }
    out.trim().to_owned()
}

/// How many of the rows are shown, unless it is all of them.
fn rest(shown: usize, all: usize, output: &Value, more: bool, ordered: bool) -> String {
    let total = output.get("total").and_then(Value::as_u64);
    match (more, total) {
        (true, Some(total)) => format!("\n{shown} of {total} shown; more follow."),
        (true, None) if ordered => format!("\nThe first {shown}; more follow."),
        (true, None) => format!("\n{shown} of the first {all} shown; more follow. Narrow it down to see the rest."),
        (false, _) if shown < all => format!("\n{shown} of {all} shown."),
        (false, _) => String::new(),
    }
}

/// How many, as far as the result tells.
fn count(shown: usize, output: &Value, more: bool, operation: &str) -> String {
    let plural = operation.split('.').nth(1).unwrap_or("rows").replace('_', " ");
    let named = |n: u64| if n == 1 { noun(&plural) } else { plural.clone() };
    let total = output.get("total").and_then(Value::as_u64);
    match (total, output.get("total_at_least").and_then(Value::as_u64)) {
        (Some(n), _) => format!("{n} {}.", named(n)),
        (None, Some(n)) => format!("At least {n} {plural}."),
        (None, None) if more => format!("More than {shown} {plural}: the list goes on after the first {shown}."),
        _ => format!("{shown} {}.", named(shown as u64)),
    }
}

fn counts(words: &[Token]) -> bool {
    let asked = |first: &str, second: &str| words.windows(2).any(|w| w[0].low == first && w[1].low == second);
    asked("how", "many") || asked("number", "of")
}

/// The rows that are left when the question asks only for some of them.
struct Kept {
    rows: Vec<usize>,
    said: Option<String>,
}

/// Whether rows are asked for by an amount that is still open.
fn opened(words: &[Token]) -> bool {
    words.iter().any(|t| group(&t.low, "open"))
}

/// Whether a word stands in the same group of synonyms as another.
fn group(word: &str, other: &str) -> bool {
    let has = |words: &str, wanted: &str| words.split_ascii_whitespace().any(|w| w == wanted);
    GROUPS.iter().any(|words| has(words, word) && has(words, other))
}

/// "Open invoices", where the list has no such filter: rows with nothing in the column of that name are left out,
/// and the answer says so.
fn filtered(words: &[Token], table: &Table, count: usize, call: &PlannedCall, more: bool) -> Kept {
    let all: Vec<usize> = (0..count).collect();
    let column = (0..table.width()).find(|c| {
        let name = table.name(*c);
        let said = words.iter().any(|t| group(&t.low, &name) || (t.low == name && group(&name, &name)));
        said && table.money(*c) && call.arguments.get(&name).is_none()
    });
    let Some(column) = column else { return Kept { rows: all, said: None } };
    let rows: Vec<usize> =
        all.iter().copied().filter(|row| number(table.cell(*row, column)).is_some_and(|n| !n.is_zero())).collect();
    let plural = call.name.split('.').nth(1).unwrap_or("rows").replace('_', " ");
    let first = if more { "the first " } else { "" };
    let said = format!("{} of {first}{count} {plural} have an amount in “{}”.", rows.len(), table.name(column));
    Kept { said: (rows.len() < count).then_some(said), rows }
}

/// One record: what was asked of it first, then field by field, then its lines.
fn record(words: &[Token], output: &Value, sentence: &str) -> String {
    let Some(map) = output.as_object() else { return sentence.to_owned() };
    let table = table(std::slice::from_ref(output)).without(&Value::Null, &[0]);
    let mut out = match asked(words, &table) {
        Some(column) => format!("{}: {}.\n{sentence}", capital(&table.name(column)), table.cell(0, column)),
        None => sentence.to_owned(),
    };
    out = facts(out, &table);
    for (key, items) in nested(output) {
        let shown: Vec<usize> = (0..items.len().min(SHOWN)).collect();
        let lines = self::table(items).without(&Value::Null, &shown);
        out.push_str(&format!("\n\n{}:\n{}", capital(&key.replace('_', " ")), lines.markdown(&shown)));
        out.push_str(&rest(shown.len(), items.len(), &Value::Null, false, false));
    }
    if out.is_empty() && map.is_empty() { "Done.".to_owned() } else { out.trim().to_owned() }
}

/// The one column that a question about a record names.
fn asked(words: &[Token], table: &Table) -> Option<usize> {
    let question = words.iter().any(|t| t.any(&["what", "when", "how", "is", "which", "who"]));
    let said = |name: &str| {
        name.split(' ')
            .filter(|part| {
                words.iter().any(|t| t.low == *part || t.stem == super::text::stem(part) || group(&t.low, part))
            })
            .count()
    };
    let best = (0..table.width()).max_by_key(|c| (said(&table.name(*c)), std::cmp::Reverse(*c)))?;
    (question && said(&table.name(best)) > 0).then_some(best)
}

/// Field by field, without what the sentence says already.
fn facts(sentence: String, table: &Table) -> String {
    let mut out = sentence.clone();
    for column in 0..table.width() {
        let cell = table.cell(0, column);
        if !cell.is_empty() && !sentence.contains(cell) {
            out.push_str(&format!("\n- {}: {cell}", table.name(column)));
        }
    }
    out.trim().to_owned()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A total as the result words it.
pub(crate) fn totals(value: &Value) -> String {
    match value {
        Value::Object(map) if !map.contains_key("amount") => {
            map.iter().map(|(k, v)| format!("{} {}", k.replace('_', " "), plain(v))).collect::<Vec<_>>().join(", ")
        }
        other => plain(other),
    }
}
