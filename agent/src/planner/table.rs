//! Rows of any result as a small table people can read.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use super::rows::{looks_like_id, plain};

/// Columns that people look at first, in this order.
const FIRST: &[&str] = &[
    "created_at",
    "number",
    "code",
    "name",
    "title",
    "customer",
    "vendor",
    "party",
    "employee",
    "item",
    "description",
    "date",
    "due_date",
    "status",
];
/// Columns that are for machines.
const HIDDEN: &[&str] = &["id", "version", "updated_at", "next_cursor", "currency", "name_key"];
/// Columns of a table in chat.
const WIDTH: usize = 9;

/// Cells by row, under named columns.
pub(crate) struct Table {
    keys: Vec<String>,
    cells: Vec<Vec<String>>,
}

/// Makes a table of rows; one level of nesting is unfolded.
pub(crate) fn table(rows: &[Value]) -> Table {
    let flat: Vec<Vec<(String, String)>> = rows.iter().map(flatten).collect();
    let mut keys: Vec<String> = Vec::new();
    for (key, value) in flat.iter().flatten() {
        if !value.is_empty() && !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys.sort_by_key(|key| FIRST.iter().position(|f| f == key).unwrap_or(FIRST.len()));
    let cell = |row: &[(String, String)], key: &str| {
        row.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let cells = flat.iter().map(|row| keys.iter().map(|key| cell(row, key)).collect()).collect();
    Table { keys, cells }
}

fn flatten(row: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (key, value) in row.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner)
                if !["amount", "name", "label", "number", "code", "id"].iter().any(|k| inner.contains_key(*k)) =>
            {
                out.extend(inner.iter().map(|(k, v)| (k.clone(), plain(v))));
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {}
            other => out.push((key.clone(), plain(other))),
        }
    }
    // when it was recorded is worth a column only where it has no date of its own
    let dated = row.get("date").is_some() || row.get("updated_at").is_some();
    out.retain(|(key, value)| {
        let machine = HIDDEN.contains(&key.as_str()) || (dated && key == "created_at");
        !machine && !looks_like_id(value)
    });
    out
}

/// The number a cell starts with.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    let first = text.split(' ').next().filter(|first| !first.starts_with('+'))?;
    Decimal::from_str(first).ok()
}

/// The currency an amount ends with.
fn unit(text: &str) -> Option<&str> {
    let (amount, unit) = text.split_once(' ')?;
    let code = unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    (code && number(amount).is_some()).then_some(unit)
}

/// A key as a heading: `days_1_30` is "days 1-30".
fn heading(key: &str) -> String {
    let mut out = String::new();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut prior = "";
    for part in key.split('_') {
        if !out.is_empty() {
            out.push(if digits(prior) && digits(part) { '-' } else { ' ' });
        }
        out.push_str(part);
        prior = part;
    }
    out
}

impl Table {
    pub(crate) fn width(&self) -> usize {
        self.keys.len()
    }

    /// The column's heading.
    pub(crate) fn name(&self, column: usize) -> String {
        self.keys.get(column).map(|key| heading(key)).unwrap_or_default()
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row).and_then(|r| r.get(column)).map_or("", String::as_str)
    }

    /// The column of this name.
    pub(crate) fn column(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|k| k == key)
    }

    /// The cells of a column.
    pub(crate) fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(move |row| self.cell(row, column))
    }

    /// Whether every one of these cells of a column is a zero or nothing.
    fn idle(&self, column: usize, rows: &[usize]) -> bool {
        rows.iter().map(|row| self.cell(*row, column)).all(|v| v.is_empty() || number(v).is_some_and(|n| n.is_zero()))
    }

    /// Whether a column holds amounts of money.
    pub(crate) fn money(&self, column: usize) -> bool {
        let mut seen = false;
        self.values(column).filter(|v| !v.is_empty()).all(|v| {
            seen = true;
            unit(v).is_some()
        }) && seen
    }

    /// The column that ranks highest; those without a rank are out.
    pub(crate) fn pick<R: Ord>(&self, rank: impl Fn(&str, &[&str]) -> Option<R>) -> Option<usize> {
        (0..self.width())
            .filter_map(|column| {
                let values: Vec<&str> = self.values(column).collect();
                rank(&self.name(column), &values).map(|r| (r, column))
            })
            .max_by(|(a, m), (b, n)| a.cmp(b).then(m.cmp(n)))
            .map(|(_, column)| column)
    }

    /// Drops the columns that say nothing: all zero, all empty, or what was asked for in every row.
    pub(crate) fn without(mut self, arguments: &Value, rows: &[usize]) -> Self {
        let asked = |column: usize| {
            let first = self.cell(0, column);
            let same = self.values(column).all(|v| v == first);
            let filter = |(key, value): (&String, &Value)| {
                let said = value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(first));
                said || (*key == self.keys[column] && (value.is_string() || value.is_boolean()))
            };
            same && arguments.as_object().into_iter().flatten().any(filter)
        };
        let names = |column: usize| FIRST.iter().take(4).any(|key| *key == self.keys[column]);
        let mut keep: Vec<usize> =
            (0..self.width()).filter(|c| !self.idle(*c, rows) && (names(*c) || !asked(*c))).collect();
        // too wide: remarks go first, then what stands last
        while keep.len() > WIDTH {
            let rank = |c: usize| {
                FIRST.contains(&self.keys[c].as_str()) || self.values(c).all(|v| v.is_empty() || number(v).is_some())
            };
            let at = keep.iter().rposition(|c| !rank(*c)).unwrap_or(keep.len() - 1);
            keep.remove(at);
        }
        self.cells = self.cells.iter().map(|row| keep.iter().map(|c| row[*c].clone()).collect()).collect();
        self.keys = keep.iter().map(|c| self.keys[*c].clone()).collect();
        self
    }

    /// These rows as markdown, columns aligned; a currency that is the same all over stands in the heading.
    pub(crate) fn markdown(&self, rows: &[usize]) -> String {
        let columns: Vec<Column> = (0..self.width()).map(|c| self.shown(c, rows)).collect();
        let line = |pick: &dyn Fn(&Column) -> &str| -> String {
            let padded: Vec<String> = columns.iter().map(|c| c.pad(pick(c))).collect();
            format!("| {} |", padded.join(" | "))
        };
        let head = line(&|c| &c.heading);
        let rule: Vec<String> = columns.iter().map(Column::rule).collect();
        let body: Vec<String> = (0..rows.len()).map(|n| line(&|c| &c.cells[n])).collect();
        format!("{head}\n| {} |\n{}", rule.join(" | "), body.join("\n"))
    }

    fn shown(&self, column: usize, rows: &[usize]) -> Column {
        let clean = |text: &str| text.replace('|', "/").replace(['\n', '\r'], " ");
        let mut cells: Vec<String> = rows.iter().map(|row| clean(self.cell(*row, column))).collect();
        let full = || cells.iter().filter(|c| !c.is_empty());
        let common =
            full().next().and_then(|c| unit(c)).filter(|u| full().all(|c| unit(c) == Some(u))).map(str::to_owned);
        let right = full().all(|c| number(c).is_some()) && full().next().is_some();
        let mut heading = self.name(column);
        if let Some(unit) = common {
            heading.push(' ');
            heading.push_str(&unit);
            cells = cells.iter().map(|c| c.trim_end_matches(&unit).trim_end().to_owned()).collect();
        }
        let width = cells.iter().chain([&heading]).map(|c| c.chars().count()).max().unwrap_or(3).max(3);
        Column { heading, cells, width, right }
    }
}

/// A column as it is printed.
struct Column {
    heading: String,
    cells: Vec<String>,
    width: usize,
    right: bool,
}

impl Column {
    fn pad(&self, text: &str) -> String {
        let width = self.width;
        if self.right { format!("{text:>width$}") } else { format!("{text:<width$}") }
    }

    fn rule(&self) -> String {
        if self.right { format!("{}:", "-".repeat(self.width - 1)) } else { "-".repeat(self.width) }
    }
}
