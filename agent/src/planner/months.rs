//! The parts of a written date: month, year, day.

use chrono::Month;

use super::text::{Kind, Token};

/// The month a word names; three letters are enough when it looks like a name.
pub(crate) fn month(token: &Token) -> Option<u32> {
    let short = if token.capital { 3 } else { 4 };
    named_month(token, short).filter(|_| token.capital || token.low != "may")
}

/// Beside a day number the word needs no capital.
pub(crate) fn month_beside_number(token: &Token) -> Option<u32> {
    named_month(token, 3)
}

fn named_month(token: &Token, short: usize) -> Option<u32> {
    if token.kind != Kind::Word || token.possessive {
        return None;
    }
    let word = if token.low == "sept" { "sep" } else { &token.low };
    let month: Month = word.parse().ok().filter(|_| token.low.len() >= short || token.low.len() > 3)?;
    Some(month.number_from_month())
}

/// A year in digits.
pub(crate) fn year(token: &Token) -> Option<i32> {
    match &token.kind {
        Kind::Number(n) if n.plain && n.value.len() == 4 => n.value.parse().ok().filter(|y| (1990..2100).contains(y)),
        _ => None,
    }
}

/// A day of a month and whether it was an ordinal.
pub(crate) fn day_number(token: &Token) -> Option<(u32, bool)> {
    let (digits, ordinal) = match &token.kind {
        Kind::Number(n) if n.plain => (n.value.as_str(), false),
        Kind::Word => (["st", "nd", "rd", "th"].iter().find_map(|end| token.low.strip_suffix(end))?, true),
        _ => return None,
    };
    digits.parse().ok().filter(|d| (1..=31).contains(d)).map(|d| (d, ordinal))
}
