//! Rows of any result as a small table people can read.

use serde_json::Value;

use super::rows::{looks_like_id, plain};

/// Columns that people look at first, in this order.
const FIRST: &[&str] = &[
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
const HIDDEN: &[&str] = &["id", "version", "created_at", "updated_at", "next_cursor", "currency", "name_key"];
/// Columns of a table in chat.
const WIDTH: usize = 8;

/// Cells by row, under named columns.
pub(crate) struct Table {
    names: Vec<String>,
    cells: Vec<Vec<String>>,
}

/// Makes a table of rows; one level of nesting is unfolded.
pub(crate) fn table(rows: &[Value]) -> Table {
    let flat: Vec<Vec<(String, String)>> = rows.iter().map(flatten).collect();
    let mut keys: Vec<&str> = Vec::new();
    for (key, value) in flat.iter().flatten() {
        if !value.is_empty() && !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys.sort_by_key(|key| FIRST.iter().position(|f| f == key).unwrap_or(FIRST.len()));
    keys.truncate(WIDTH);
    let cell = |row: &[(String, String)], key: &str| {
        row.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let cells = flat.iter().map(|row| keys.iter().map(|key| cell(row, key)).collect()).collect();
    Table { names: keys.iter().map(|key| key.replace('_', " ")).collect(), cells }
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
    out.retain(|(key, value)| !HIDDEN.contains(&key.as_str()) && !looks_like_id(value));
    out
}

impl Table {
    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row).and_then(|r| r.get(column)).map_or("", String::as_str)
    }

    /// The column that ranks highest; those without a rank are out.
    pub(crate) fn pick<R: Ord>(&self, rank: impl Fn(&str, &[&str]) -> Option<R>) -> Option<usize> {
        (0..self.width())
            .filter_map(|column| {
                let values: Vec<&str> = (0..self.cells.len()).map(|row| self.cell(row, column)).collect();
                rank(self.name(column), &values).map(|r| (r, column))
            })
            .max_by(|(a, m), (b, n)| a.cmp(b).then(m.cmp(n)))
            .map(|(_, column)| column)
    }

    /// The first rows as markdown, columns aligned.
    pub(crate) fn markdown(&self, rows: usize) -> String {
        let shown: Vec<&Vec<String>> = self.cells.iter().take(rows).collect();
        let clean = |text: &str| text.replace('|', "/").replace(['\n', '\r'], " ");
        let width = |column: usize| {
            shown
                .iter()
                .map(|r| clean(&r[column]).chars().count())
                .chain([self.names[column].chars().count(), 3])
                .max()
                .unwrap_or(3)
        };
        let widths: Vec<usize> = (0..self.width()).map(width).collect();
        let right: Vec<bool> = (0..self.width())
            .map(|c| {
                shown.iter().all(|r| {
                    r[c].is_empty()
                        || r[c].starts_with(|x: char| x.is_ascii_digit() || x == '-')
                            && !r[c].contains(':')
                            && r[c].matches('-').count() < 2
                })
            })
            .collect();
        let line = |cells: Vec<String>| -> String {
            let padded: Vec<String> =
                cells
                    .iter()
                    .enumerate()
                    .map(|(c, text)| {
                        if right[c] {
                            format!("{text:>w$}", w = widths[c])
                        } else {
                            format!("{text:<w$}", w = widths[c])
                        }
                    })
                    .collect();
            format!("| {} |", padded.join(" | "))
        };
        let rule: Vec<String> = widths
            .iter()
            .zip(&right)
            .map(|(w, right)| if *right { format!("{}:", "-".repeat(w - 1)) } else { "-".repeat(*w) })
            .collect();
        let head = line(self.names.clone());
        let body: Vec<String> = shown.iter().map(|r| line(r.iter().map(|t| clean(t)).collect())).collect();
        format!("{head}\n| {} |\n{}", rule.join(" | "), body.join("\n"))
    }
}
