//! "The most", "the oldest": which row that is, by the result's own values.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use super::lexicon::{self, ROLES, Role, Use};
use super::rows::{label, looks_like_id};
use super::table::{Table, number};
use super::text::{Token, stem};

/// The row with the most or least of what was asked for, and the others after it.
pub(crate) struct Extreme {
    pub(crate) name: String,
    pub(crate) figure: String,
    pub(crate) sentence: String,
    pub(crate) order: Vec<usize>,
}

/// The superlative of a question.
pub(crate) fn word(words: &[Token]) -> Option<&Token> {
    words.iter().find(|t| (t.is(Use::Top) || t.is(Use::Bottom)) && !dates_follow(words, t))
}

/// Orders rows by the column that the superlative means.
pub(crate) fn extreme(words: &[Token], rows: &[Value], table: &Table, among: &[usize], more: bool) -> Option<Extreme> {
    let word = word(words)?;
    let top = word.is(Use::Top) && !word.is(Use::Bottom) || word.low == "most";
    let by_date = ["newest", "latest", "last", "oldest"].contains(&word.low.as_str());
    let column = table.pick(|name, values| {
        let fits =
            values.iter().filter(|v| if by_date { date(v) } else { number(v).is_some() }).count() * 2 > values.len();
        let said = name.split(' ').any(|part| words.iter().any(|t| t.stem == stem(part)));
        let role = if by_date { name == "date" } else { amount(name) };
        // the whole before its parts: "gross" and "total" stand behind "net" in the list of such words
        fits.then(|| (said, role, !by_date && ["total", "gross"].contains(&name)))
    })?;
    let key = |n: &usize| -> (Option<Decimal>, String) {
        let text = table.cell(*n, column);
        if by_date { (None, text.to_owned()) } else { (number(text), String::new()) }
    };
    let mut order: Vec<usize> =
        among.iter().copied().filter(|n| by_date || number(table.cell(*n, column)).is_some()).collect();
    if top {
        order.sort_by_key(|n| std::cmp::Reverse(key(n)));
    } else {
        order.sort_by_key(key);
    }
    let first = *order.first()?;
    let caution = if more { " (of the rows shown; more follow)" } else { "" };
    let (name, figure) = (name(&rows[first]), table.cell(first, column).to_owned());
    if looks_like_id(&name) {
        return None; // rows without a name have no first among them
    }
    let sentence = format!("{name}: {} {figure}{caution}.", table.name(column));
    Some(Extreme { name, figure, sentence, order })
}

/// Whether a column's name is one for money of the whole.
pub(crate) fn amount(name: &str) -> bool {
    let list = ROLES.iter().find(|(role, _)| *role == Role::Amount).map_or("", |(_, list)| list);
    name.split(' ').any(|part| lexicon::place(list, part, 0).is_some())
}

/// "last month" is a date, not the last row; "at least 5" is a bound.
fn dates_follow(words: &[Token], token: &Token) -> bool {
    let next = words.iter().find(|t| t.start > token.end);
    let bound = token.any(&["least", "most"]) && next.is_some_and(|t| t.low.starts_with(|c: char| c.is_ascii_digit()));
    let period = next.is_some_and(|t| {
        super::periods::unit_days(t).is_some()
            || super::months::month(t).is_some()
            || super::dates::count(t).is_some()
            || chrono::Weekday::from_str(&t.low).is_ok()
    });
    bound || (token.low == "last" && period)
}

fn name(row: &Value) -> String {
    let label = label(row);
    label.split(", ").next().filter(|_| row.get("name").is_some()).map_or(label.clone(), str::to_owned)
}

fn date(text: &str) -> bool {
    chrono::NaiveDate::from_str(text.get(..10).unwrap_or(text)).is_ok()
}
