//! Periods: `last month`, `Q3`, `September`, `the past 30 days`.

use chrono::{Datelike, Months, NaiveDate};

use super::dates::{When, add_days, count};
use super::lexicon::{PERIODS, SHIFTS};
use super::months::{month, year};
use super::text::Token;

/// Reads a period at the start of the tokens. `bare`: no preposition stood before, so a lone year is just a number.
pub(crate) fn period(t: &[Token], today: NaiveDate, bare: bool) -> Option<(When, usize)> {
    let first = t.first()?;
    if let Some((_, shift)) = SHIFTS.iter().find(|(name, _)| *name == first.low) {
        if let Some(found) = counted(t, *shift, today) {
            return Some(found);
        }
        let extra = usize::from(first.low == "the");
        let shift = match t.get(1).and_then(|t| SHIFTS.iter().find(|(name, _)| *name == t.low)) {
            Some((_, inner)) if extra == 1 => *inner,
            _ if extra == 1 => return year_word(t, today),
            _ => *shift,
        };
        if extra == 1
            && let Some((when, used)) = counted(t.get(1..)?, shift, today)
        {
            return Some((when, used + 1));
        }
        let (a, b) = shifted(&t.get(1 + extra)?.low, shift, today)?;
        return Some((When::days(a, b), 2 + extra));
    }
    if let Some(quarter) = quarter(&first.low) {
        let given = t.get(1).and_then(year);
        return Some((months_of(given, quarter * 3 + 1, 3, today)?, 1 + usize::from(given.is_some())));
    }
    if let Some(month) = month(first) {
        let of = usize::from(t.get(1).is_some_and(|t| t.low == "of"));
        let given = t.get(1 + of).and_then(year);
        return Some((months_of(given, month, 1, today)?, if given.is_some() { 2 + of } else { 1 }));
    }
    year(first).filter(|_| !bare).and_then(|y| Some((months_of(Some(y), 1, 12, today)?, 1)))
}

/// `the year 2025`.
fn year_word(t: &[Token], today: NaiveDate) -> Option<(When, usize)> {
    let y = t.get(1).filter(|t| t.low == "year").and_then(|_| t.get(2)).and_then(year)?;
    Some((months_of(Some(y), 1, 12, today)?, 3))
}

/// `last 30 days`, `next two weeks`, `past 3 months`: up to today, or from today.
fn counted(t: &[Token], shift: i32, today: NaiveDate) -> Option<(When, usize)> {
    let n = t.get(1).filter(|t| t.low != "a").and_then(count)?;
    let (days, months) = unit_days(t.get(2)?)?;
    let span = Months::new(u32::try_from(n).ok()?.checked_mul(months)?);
    let when = match shift {
        1 => When::days(today, add_days(today, n * days)?.checked_add_months(span)?),
        -1 => When::days(add_days(today, -(n * days))?.checked_sub_months(span)?, today),
        _ => return None,
    };
    Some((when, 3))
}

/// The days, or the months, of a unit of time.
pub(crate) fn unit_days(token: &Token) -> Option<(i64, u32)> {
    let one = token.low.strip_suffix('s').unwrap_or(&token.low);
    match one {
        "day" => Some((1, 0)),
        "week" => Some((7, 0)),
        _ => PERIODS.iter().find(|(name, _)| *name == one).map(|(_, months)| (0, *months)),
    }
}

/// The period of that name around today, moved by `shift` periods.
pub(crate) fn shifted(name: &str, shift: i32, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    if name == "week" {
        let monday = add_days(today, -i64::from(today.weekday().num_days_from_monday()))?;
        let monday = add_days(monday, i64::from(shift) * 7)?;
        return Some((monday, add_days(monday, 6)?));
    }
    let (_, length) = PERIODS.iter().find(|(period, _)| *period == name)?;
    let start_month = (today.month0() / length) * length + 1;
    let start = NaiveDate::from_ymd_opt(today.year(), start_month, 1)?;
    let moved = Months::new(length * shift.unsigned_abs());
    let start = if shift < 0 { start.checked_sub_months(moved)? } else { start.checked_add_months(moved)? };
    Some((start, last_day(start, *length)?))
}

/// `q3` is 2.
fn quarter(word: &str) -> Option<u32> {
    let n: u32 = word.strip_prefix('q')?.parse().ok()?;
    (1..=4).contains(&n).then(|| n - 1)
}

/// Months from one on; without a year the last that has begun and the next that has not ended.
fn months_of(year: Option<i32>, month: u32, length: u32, today: NaiveDate) -> Option<When> {
    let range = |y: i32| {
        let start = NaiveDate::from_ymd_opt(y, month, 1)?;
        Some((start, last_day(start, length)?))
    };
    if let Some(y) = year {
        let (a, b) = range(y)?;
        return Some(When::days(a, b));
    }
    let this = range(today.year())?;
    let past = if this.0 <= today { this } else { range(today.year() - 1)? };
    let future = if this.1 >= today { this } else { range(today.year() + 1)? };
    Some(When { past, future, point: false })
}

fn last_day(start: NaiveDate, months: u32) -> Option<NaiveDate> {
    start.checked_add_months(Months::new(months)).and_then(|d| d.pred_opt())
}
