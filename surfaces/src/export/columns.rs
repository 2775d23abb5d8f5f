//! The columns of a file, from the schema of the answer.

use serde_json::{Map, Value};
use steward_tools::{Entry, Kind as Refused, Refusal};

use super::cells::{Cell, Kind};

/// Where the rows of an answer are, and what stands in their columns.
pub(super) struct Table {
    /// The field that holds the rows.
    pub(super) rows: String,
    /// In a report, the list within a row whose items become rows of their own.
    nested: Option<String>,
    pub(super) columns: Vec<Column>,
}

/// One column.
#[derive(Clone)]
pub(super) struct Column {
    path: Vec<String>,
    pub(super) header: String,
    pub(super) kind: Kind,
}

impl Column {
    fn name(&self) -> String {
        self.path.join(".")
    }
}

/// What columns are collected with.
struct Collecting<'a> {
    hidden: &'a dyn Fn(&str) -> bool,
    columns: Vec<Column>,
}

/// The field of an answer that holds its rows, with their schema: `items`, or the first list of objects.
pub(super) fn rows_of(schema: &Value) -> Option<(&str, &Value)> {
    let lists = || lists_of(schema);
    lists().find(|(name, _)| *name == "items").or_else(|| lists().next())
}

fn lists_of(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields.filter_map(|(name, field)| {
        let items = plain(field).get("items").map(plain)?;
        items.get("properties").is_some().then_some((name.as_str(), items))
    })
}

/// The schema of what is there when something is.
fn plain(schema: &Value) -> &Value {
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    let mut there =
        branches.into_iter().flatten().filter(|branch| branch.get("type").is_none_or(|kind| kind != "null"));
    match (there.next(), there.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

impl Table {
    /// All columns of an operation's rows, those behind a mask that this person may not look behind left out.
    pub(super) fn of(entry: &Entry, schema: &Value, hidden: &dyn Fn(&str) -> bool) -> Self {
        let Some((rows, items)) = rows_of(schema) else {
            return Self { rows: String::new(), nested: None, columns: Vec::new() };
        };
        let (_, _, verb) = entry.parts();
        let mut within = lists_of(items);
        let nested = match (verb, within.next(), within.next()) {
            ("list", ..) => None,
            (_, Some((name, item)), None) => Some((name, item)),
            _ => None,
        };
        let mut collecting = Collecting { hidden, columns: Vec::new() };
        collecting.fields(items, &mut Vec::new());
        if let Some((name, item)) = nested {
            collecting.fields(item, &mut vec![name.to_owned()]);
        }
        let mut columns = collecting.columns;
        tell_apart(&mut columns);
        Self { rows: rows.to_owned(), nested: nested.map(|(name, _)| name.to_owned()), columns }
    }

    /// The columns that are named, in that order: a name is a field or a whole object. Without names, what people read:
    /// ids of other records, which stand there by number and name, and versions are left out.
    pub(super) fn picked(mut self, names: Option<&str>) -> Result<Self, Box<Refusal>> {
        let Some(names) = names else {
            let read = self.columns.iter().filter(|column| !told_otherwise(&self.columns, column)).cloned();
            let read = read.filter(|column| column.name() != "version");
            let (ids, others): (Vec<Column>, Vec<Column>) = read.partition(|column| column.name() == "id");
            self.columns = others.into_iter().chain(ids).collect();
            return Ok(self);
        };
        let mut picked: Vec<Column> = Vec::new();
        for name in names.split(',').map(str::trim) {
            let inside = format!("{name}.");
            let found = |column: &&Column| {
                let within = column.name().starts_with(&inside) && !told_otherwise(&self.columns, column);
                within || column.name() == name
            };
            let mut found = self.columns.iter().filter(found).peekable();
            if found.peek().is_none() {
                return Err(Box::new(self.unknown(name)));
            }
            for column in found {
                if picked.iter().all(|have| have.path != column.path) {
                    picked.push(column.clone());
                }
            }
        }
        self.columns = picked;
        Ok(self)
    }

    fn unknown(&self, name: &str) -> Refusal {
        let name: String = name.chars().take(100).collect();
        let known: Vec<String> = self.columns.iter().map(Column::name).collect();
        let refusal = Refusal::new(Refused::Invalid, "unknown_column", format!("There is no column \"{name}\" here."));
        refusal.fix(format!("The columns are {}.", known.join(", ")))
    }

    /// The rows of one page, as cells.
    pub(super) fn cells<'a>(&'a self, page: &'a Value) -> impl Iterator<Item = Vec<Cell>> + 'a {
        let rows = page.get(&self.rows).and_then(Value::as_array).into_iter().flatten();
        rows.flat_map(|row| {
            let inner = self.nested.as_ref().and_then(|name| row.get(name)).and_then(Value::as_array);
            match inner.filter(|inner| !inner.is_empty()) {
                Some(inner) => inner.iter().map(|item| self.row(row, Some(item))).collect(),
                None => vec![self.row(row, None)],
            }
        })
    }

    fn row(&self, row: &Value, item: Option<&Value>) -> Vec<Cell> {
        let cell = |column: &Column| {
            let (first, rest) = column.path.split_first()?;
            let value = if self.nested.as_ref() == Some(first) { at(item?, rest) } else { at(row, &column.path) };
            Some(Cell::of(column.kind, value?))
        };
        self.columns.iter().map(|column| cell(column).unwrap_or(Cell::Empty)).collect()
    }

    /// The row of totals below a report, as far as its totals have the names of columns.
    pub(super) fn totals(&self, page: &Value) -> Option<Vec<Cell>> {
        let totals = page.get("totals").filter(|totals| totals.is_object())?;
        let cell = |column: &Column| at(totals, &column.path).map(|value| Cell::of(column.kind, value));
        let mut cells: Vec<Option<Cell>> = self.columns.iter().map(cell).collect();
        if cells.iter().all(Option::is_none) {
            return None;
        }
        if let Some((first @ None, column)) = cells.iter_mut().zip(&self.columns).next()
            && column.kind == Kind::Text
        {
            *first = Some(Cell::Text("Total".to_owned()));
        }
        Some(cells.into_iter().map(|cell| cell.unwrap_or(Cell::Empty)).collect())
    }
}

/// Whether a column is the id of another record that stands there by something that people read, too.
fn told_otherwise(columns: &[Column], id: &Column) -> bool {
    let Some(("id", parent @ [_, ..])) = id.path.split_last().map(|(last, of)| (last.as_str(), of)) else {
        return false;
    };
    let reads = |last: &String| matches!(last.as_str(), "name" | "number" | "code" | "label");
    columns.iter().any(|c| c.path.split_last().is_some_and(|(last, of)| of == parent && reads(last)))
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

impl Collecting<'_> {
    fn fields(&mut self, schema: &Value, path: &mut Vec<String>) {
        for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            path.push(name.clone());
            self.field(field, path);
            path.pop();
        }
    }

    fn field(&mut self, schema: &Value, path: &mut Vec<String>) {
        if schema.get("x-mask").and_then(Value::as_str).is_some_and(self.hidden) {
            return;
        }
        let title = schema.get("title").filter(|_| path.iter().any(|part| part == "custom"));
        let title = title.and_then(Value::as_str).map(str::to_owned);
        let schema = plain(schema);
        match schema.get("properties").and_then(Value::as_object) {
            Some(fields) if is_money(fields) => {
                for (part, kind, told) in [("amount", Kind::Number, ""), ("currency", Kind::Text, " currency")] {
                    path.push(part.to_owned());
                    let header = format!("{}{told}", header(&path[..path.len() - 1]));
                    self.columns.push(Column { path: path.clone(), header, kind });
                    path.pop();
                }
            }
            Some(fields) if !fields.is_empty() => self.fields(schema, path),
            // a list of objects is no cell, and neither are fields that an organisation has not
            _ if schema.get("x-custom").is_some() || schema.pointer("/items/properties").is_some() => {}
            _ => {
                let header = title.unwrap_or_else(|| header(path));
                self.columns.push(Column { path: path.clone(), header, kind: Kind::of(schema) });
            }
        }
    }
}

fn is_money(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("amount") && fields.contains_key("currency")
}

/// `due_date` is "Due date", `customer.name` is "Customer", `totals.gross` is "Gross".
fn header(path: &[String]) -> String {
    let words = path.iter().enumerate().filter(|(i, part)| {
        let last = i + 1 == path.len();
        let holder = !last && matches!(part.as_str(), "totals" | "custom" | "lines" | "rows" | "items");
        let name = last && path.len() > 1 && matches!(part.as_str(), "name" | "label");
        !(holder || name)
    });
    readable(&words.map(|(_, part)| part.as_str()).collect::<Vec<_>>().join(" "))
}

/// `trial_balance` is "Trial balance".
pub(super) fn readable(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Columns that would have the same header are told by their whole path.
fn tell_apart(columns: &mut [Column]) {
    let twice: Vec<bool> =
        columns.iter().map(|one| columns.iter().filter(|other| other.header == one.header).count() > 1).collect();
    for (column, _) in columns.iter_mut().zip(twice).filter(|(column, twice)| *twice && column.path.len() > 1) {
        let path = if column.header.ends_with(" currency") { &column.path[..] } else { without_amount(&column.path) };
        column.header = readable(&path.join(" "));
    }
}

fn without_amount(path: &[String]) -> &[String] {
    match path.split_last() {
        Some((last, rest)) if last == "amount" => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests;
