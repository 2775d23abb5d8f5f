//! Dates and periods as people say them, counted from today.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::lexicon::{self, DAYS, EDGES, NUMBERS, Use};
use super::months::{day_number, month, month_beside_number, year};
use super::periods::{period, unit_days};
use super::text::{Kind, Token};

/// A day or a period. Without a year it may lie behind or ahead; the field it lands in decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// First and last day when it is read as past.
    pub(crate) past: (NaiveDate, NaiveDate),
    /// First and last day when it is read as future.
    pub(crate) future: (NaiveDate, NaiveDate),
    /// A single day.
    pub(crate) point: bool,
}

impl When {
    pub(crate) fn day(day: NaiveDate) -> Self {
        Self { past: (day, day), future: (day, day), point: true }
    }

    pub(crate) fn days(from: NaiveDate, to: NaiveDate) -> Self {
        Self { past: (from, to), future: (from, to), point: false }
    }

    /// The reading that lies nearer to today.
    pub(crate) fn nearest(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let distance = |d: NaiveDate| (d - today).num_days().abs();
        if distance(self.past.0) <= distance(self.future.0) { self.past } else { self.future }
    }

    /// The first or last day, as a day.
    pub(crate) fn edge(&self, last: bool) -> Self {
        let pick = |(a, b): (NaiveDate, NaiveDate)| if last { (b, b) } else { (a, a) };
        Self { past: pick(self.past), future: pick(self.future), point: true }
    }

    /// From this to that.
    pub(crate) fn until(&self, end: &Self) -> Self {
        let close = |from: NaiveDate, to: NaiveDate| {
            if to < from { to.checked_add_months(Months::new(12)).unwrap_or(to) } else { to }
        };
        let past_from = if self.past.0 > end.past.1 {
            self.past.0.checked_sub_months(Months::new(12)).unwrap_or(self.past.0)
        } else {
            self.past.0
        };
        Self {
            past: (past_from, end.past.1),
            future: (self.future.0, close(self.future.0, end.future.1)),
            point: false,
        }
    }
}

/// Reads a date or period that starts at token `at`; gives it and the number of tokens it takes.
pub(crate) fn read(tokens: &[Token], at: usize, today: NaiveDate) -> Option<(When, usize)> {
    let rest = tokens.get(at..)?;
    let bare = at == 0
        || !(tokens[at - 1].is(Use::Preposition) || tokens[at - 1].is(Use::Since) || tokens[at - 1].is(Use::Until));
    edge(rest, today)
        .or_else(|| literal(rest))
        .or_else(|| relative(rest, today))
        .or_else(|| weekday(rest, today))
        .or_else(|| day_of_month(rest, today))
        .or_else(|| period(rest, today, bare))
}

/// `2026-09-30`, `30.09.2026`, `09/30/2026`.
fn literal(t: &[Token]) -> Option<(When, usize)> {
    let first = t.first().filter(|t| t.kind == Kind::Date)?;
    let parts: Vec<u32> = first.low.split(['-', '.', '/']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [a, b, c] = parts[..] else { return None };
    let year = |y: u32| if y < 100 { y + 2000 } else { y };
    let (y, m, d) = if a > 31 {
        (a, b, c)
    } else if b > 12 {
        (year(c), a, b)
    } else {
        (year(c), b, a)
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(y).ok()?, m, d)?;
    Some((When::day(day), 1))
}

/// Today, tomorrow, `in 30 days`, `two weeks ago`, `30 days from now`.
fn relative(t: &[Token], today: NaiveDate) -> Option<(When, usize)> {
    let word = |i: usize| t.get(i).map_or("", |t| t.low.as_str());
    let lead = usize::from(word(0) == "the");
    if word(lead) == "day" && ["after", "before"].contains(&word(lead + 1)) {
        let (_, shift) = DAYS.iter().find(|(name, _)| *name == word(lead + 2))?;
        return Some((When::day(add_days(today, *shift * 2)?), lead + 3));
    }
    if let Some((_, shift)) = DAYS.iter().find(|(name, _)| *name == word(0) && *name != "now") {
        return Some((When::day(add_days(today, *shift)?), 1));
    }
    if let Some(days) = t.get(1).and_then(count).filter(|n| word(0) == "net" && (1..=180).contains(n)) {
        // "net 30": days, as payment terms are said
        if t.get(2).and_then(unit_days).is_none() {
            return Some((When::day(add_days(today, days)?), 2));
        }
    }
    let ahead = ["in", "within", "net"].contains(&word(0));
    let at = usize::from(ahead);
    let count = count(t.get(at)?)?;
    let (days, months) = unit_days(t.get(at + 1)?)?;
    let (sign, used) = if ahead && word(at + 2) != "of" {
        (1, 3)
    } else if word(2) == "ago" {
        (-1, 3)
    } else if word(2) == "from" && DAYS.iter().any(|(name, n)| *n == 0 && *name == word(3)) {
        (1, 4)
    } else {
        return None;
    };
    let day = add_days(today, sign * count * days)?;
    let span = Months::new(u32::try_from(count).ok()?.checked_mul(months)?);
    let day = if sign > 0 { day.checked_add_months(span)? } else { day.checked_sub_months(span)? };
    Some((When::day(day), used))
}

/// `Friday`, `next Friday`, `last Monday`.
fn weekday(t: &[Token], today: NaiveDate) -> Option<(When, usize)> {
    let first = t.first()?;
    let (shift, at) = match first.low.as_str() {
        "next" | "this" | "last" | "coming" | "previous" => (Some(first.low.as_str()), 1),
        _ => (None, 0),
    };
    let name = t.get(at).filter(|t| t.kind == Kind::Word)?;
    let named: Weekday = name.low.parse().ok().filter(|_| name.capital || name.low.len() > 3)?;
    let target = i64::from(named.num_days_from_monday());
    let ahead = (target - i64::from(today.weekday().num_days_from_monday())).rem_euclid(7);
    let behind = if ahead == 0 { -7 } else { ahead - 7 };
    let next = if ahead == 0 { 7 } else { ahead };
    let (past, future) = match shift {
        Some("last" | "previous") => (behind, behind),
        Some("next" | "coming") => (next, next),
        Some(_) => (ahead, ahead),
        None if ahead == 0 => (0, 0),
        None => (behind, next),
    };
    if let Some((week, used)) = t.get(at + 1..).and_then(|rest| named_week(rest, today)) {
        return Some((When::day(add_days(week, target)?), at + 1 + used));
    }
    let (past, future) = (add_days(today, past)?, add_days(today, future)?);
    Some((When { past: (past, past), future: (future, future), point: true }, at + 1))
}

/// The Monday of `next week` behind a day of the week.
fn named_week(t: &[Token], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    t.get(1).filter(|t| t.low == "week")?;
    period(t, today, false).map(|(week, used)| (week.past.0, used))
}

/// `5 September`, `5th of September 2026`, `September 5, 2026`, `the 15th`.
fn day_of_month(t: &[Token], today: NaiveDate) -> Option<(When, usize)> {
    let first = t.first()?;
    if let Some(month) = month(first) {
        let (day, _) = day_number(t.get(1)?)?;
        let comma = usize::from(t.get(2).is_some_and(|t| t.low == ","));
        let year = t.get(2 + comma).and_then(year);
        return Some((dated(year, month, day, today)?, if year.is_some() { 3 + comma } else { 2 }));
    }
    let lead = usize::from(first.low == "the");
    let (day, ordinal) = day_number(t.get(lead)?)?;
    let of = usize::from(t.get(lead + 1).is_some_and(|t| t.low == "of"));
    if let Some(month) = t.get(lead + 1 + of).and_then(month_beside_number) {
        let year = t.get(lead + 2 + of).and_then(year);
        return Some((dated(year, month, day, today)?, lead + 2 + of + usize::from(year.is_some())));
    }
    if !(ordinal && lead == 1) {
        return None;
    }
    let this = NaiveDate::from_ymd_opt(today.year(), today.month(), day)?;
    let month = Months::new(1);
    let (past, future) =
        if this < today { (this, this.checked_add_months(month)?) } else { (this.checked_sub_months(month)?, this) };
    let past = if this == today { this } else { past };
    Some((When { past: (past, past), future: (future, future), point: true }, 2))
}

/// `end of month`, `the end of last month`, `start of the year`, `month end`.
fn edge(t: &[Token], today: NaiveDate) -> Option<(When, usize)> {
    let word = |i: usize| t.get(i).map_or("", |t| t.low.as_str());
    if let Some((range, used)) = bare_period(t, 0, today).filter(|(_, used)| ["end", "start"].contains(&word(*used))) {
        return Some((range.edge(word(used) == "end"), used + 1));
    }
    if let Some(unit) = word(0).strip_suffix("-end") {
        let range = super::periods::shifted(unit, 0, today)?;
        return Some((When::days(range.0, range.1).edge(true), 1));
    }
    let lead = usize::from(word(0) == "the");
    let (_, last) = EDGES.iter().find(|(name, _)| *name == word(lead))?;
    let at = lead + 1 + usize::from(word(lead + 1) == "of");
    let (range, used) = bare_period(t, at, today).or_else(|| period(t.get(at..)?, today, false))?;
    Some((range.edge(*last), at + used))
}

/// `month` alone means this month where an edge makes the meaning plain.
fn bare_period(t: &[Token], at: usize, today: NaiveDate) -> Option<(When, usize)> {
    let (a, b) = super::periods::shifted(&t.get(at)?.low, 0, today)?;
    Some((When::days(a, b), 1))
}

/// A count: digits, a number word, or `a`.
pub(crate) fn count(token: &Token) -> Option<i64> {
    match &token.kind {
        Kind::Number(n) if n.plain => n.value.parse().ok().filter(|n| *n < 10_000),
        Kind::Word if token.low == "a" || token.low == "an" => Some(1),
        Kind::Word => lexicon::place(NUMBERS, &token.low, 0).and_then(|n| i64::try_from(n).ok()),
        _ => None,
    }
}

/// A day of a month; without a year both the past and the coming one.
fn dated(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<When> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day).map(When::day);
    }
    let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
    let other = |y: i32| NaiveDate::from_ymd_opt(y, month, day).unwrap_or(this);
    let past = if this <= today { this } else { other(today.year() - 1) };
    let future = if this >= today { this } else { other(today.year() + 1) };
    Some(When { past: (past, past), future: (future, future), point: true })
}

/// A day so many days away.
pub(crate) fn add_days(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    let days = Days::new(n.unsigned_abs());
    if n < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}
