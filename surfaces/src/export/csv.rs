//! CSV by RFC 4180, in UTF-8 with a mark that spreadsheets know it by.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value;
use steward_tools::{Error, Result};
use tokio::sync::mpsc;

use super::cells::Cell;
use super::columns::Table;
use super::{Part, next_page, unwritten};

/// Tells spreadsheets that the text is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn write(file: File, table: &Table, pages: &mut mpsc::Receiver<Part>) -> Result<File> {
    let mut file = BufWriter::new(file);
    file.write_all(MARK).map_err(|error| unwritten(&error))?;
    let mut to = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
    record(&mut to, table.columns.iter().map(|column| harmless(column.header.clone())))?;
    let mut totals = None;
    while let Some(page) = next_page(pages)? {
        for row in table.cells(&page) {
            record(&mut to, row.into_iter().map(text))?;
        }
        totals = table.totals(&page);
    }
    if let Some(totals) = totals {
        record(&mut to, totals.into_iter().map(text))?;
    }
    let file = to.into_inner().map_err(|error| unwritten(error.error()))?;
    file.into_inner().map_err(|error| unwritten(error.error()))
}

fn record(to: &mut Writer<BufWriter<File>>, fields: impl Iterator<Item = String>) -> Result<()> {
    to.write_record(fields).map_err(|error| Error::internal(format!("csv: {error}")))
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Plain(text) => text,
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Time(time) => time.and_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Cell::Truth(truth) => Value::Bool(truth).to_string(),
    }
}

/// A text that a spreadsheet would run as a formula begins with an apostrophe instead.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_texts() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(text(Cell::Text(formula.to_owned())), format!("'{formula}"));
        }
        assert_eq!(text(Cell::Text("a=1".to_owned())), "a=1");
        assert_eq!(text(Cell::Number("-12.50".parse().unwrap())), "-12.50");
    }
}
