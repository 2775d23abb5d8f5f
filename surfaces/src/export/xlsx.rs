//! A workbook with one sheet, written row by row.

use std::fs::File;
use std::io::BufWriter;

use rust_decimal::Decimal;
use rust_xlsxwriter::{ColNum, Format, RowNum, Workbook, Worksheet, XlsxError};
use steward_tools::{Error, Result};
use tokio::sync::mpsc;

use super::cells::{Cell, Kind};
use super::columns::Table;
use super::{Part, next_page, unwritten};

/// What a cell of a workbook may hold.
const LONGEST: usize = 32_767;
/// Digits that a number of a workbook carries; longer ones stay exact as text.
const DIGITS: usize = 15;
/// The widest that a column is made, in characters.
const WIDEST: usize = 60;

pub(super) fn write(file: File, title: &str, table: &Table, pages: &mut mpsc::Receiver<Part>) -> Result<File> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    sheet.set_name(title).map_err(failed)?;
    let mut sheet = Sheet { sheet, styles: Styles::new(), next: 0, widths: vec![0; table.columns.len()] };
    sheet.header(table).map_err(failed)?;
    let mut totals = None;
    while let Some(page) = next_page(pages)? {
        for row in table.cells(&page) {
            sheet.row(&row).map_err(failed)?;
        }
        totals = table.totals(&page);
    }
    sheet.end(totals.as_deref(), table).map_err(failed)?;
    let mut to = BufWriter::new(file);
    book.save_to_writer(&mut to).map_err(failed)?;
    to.into_inner().map_err(|error| unwritten(error.error()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn failed(error: XlsxError) -> Error {
    Error::internal(format!("xlsx: {error}"))
}

/// How cells look.
struct Styles {
    header: Format,
    day: Format,
    time: Format,
    /// By digits after the point.
    numbers: Vec<Format>,
}

impl Styles {
    fn new() -> Self {
        let number = |digits: usize| match digits {
            0 => Format::new().set_num_format("#,##0"),
            digits => Format::new().set_num_format(format!("#,##0.{}", "0".repeat(digits))),
        };
        Self {
            header: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            numbers: (0..=6).map(number).collect(),
        }
    }
}

struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    styles: Styles,
    next: RowNum,
    widths: Vec<usize>,
}

impl Sheet<'_> {
    fn header(&mut self, table: &Table) -> Result<(), XlsxError> {
        for (column, at) in table.columns.iter().zip(0..) {
            self.sheet.write_string_with_format(0, at, &column.header, &self.styles.header)?;
            // room for the arrow of the filter
            self.widths[usize::from(at)] = column.header.chars().count() + 3;
        }
        self.sheet.set_freeze_panes(1, 0)?;
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        for (cell, at) in cells.iter().zip(0..) {
            let width = self.cell(at, cell)?;
            let widest = &mut self.widths[usize::from(at)];
            *widest = (*widest).max(width);
        }
        self.next += 1;
        Ok(())
    }

    /// Writes one cell; answers how wide it is.
    fn cell(&mut self, at: ColNum, cell: &Cell) -> Result<usize, XlsxError> {
        let (row, styles) = (self.next, &self.styles);
        match cell {
            Cell::Empty => Ok(0),
            // a string is never a formula in a workbook
            Cell::Text(text) | Cell::Plain(text) => self.text(at, text),
            Cell::Number(number) if is_exact(number) => {
                let scale = usize::try_from(number.scale()).unwrap_or(usize::MAX).min(styles.numbers.len() - 1);
                self.sheet.write_with_format(row, at, *number, &styles.numbers[scale])?;
                let digits = number.to_string().len();
                Ok(digits + digits / 3)
            }
            Cell::Number(number) => self.text(at, &number.to_string()),
            Cell::Date(day) => {
                self.sheet.write_with_format(row, at, day, &styles.day)?;
                Ok(11)
            }
            Cell::Time(time) => {
                self.sheet.write_with_format(row, at, time, &styles.time)?;
                Ok(20)
            }
            Cell::Truth(truth) => {
                self.sheet.write_boolean(row, at, *truth)?;
                Ok(6)
            }
        }
    }

    fn text(&mut self, at: ColNum, text: &str) -> Result<usize, XlsxError> {
        // counted in UTF-16, as the format does
        let mut left = LONGEST;
        let fits = text.char_indices().find_map(|(i, c)| match left.checked_sub(c.len_utf16()) {
            Some(rest) => {
                left = rest;
                None
            }
            None => Some(i),
        });
        self.sheet.write_string(self.next, at, &text[..fits.unwrap_or(text.len())])?;
        Ok(text.lines().map(|line| line.chars().count()).max().unwrap_or(0) + 1)
    }

    fn end(&mut self, totals: Option<&[Cell]>, table: &Table) -> Result<(), XlsxError> {
        let last = ColNum::try_from(table.columns.len().saturating_sub(1)).unwrap_or(ColNum::MAX);
        // the totals stay below whatever is filtered
        self.sheet.autofilter(0, 0, self.next.saturating_sub(1), last)?;
        if let Some(totals) = totals {
            self.row(totals)?;
        }
        for ((width, column), at) in self.widths.iter().zip(&table.columns).zip(0..) {
            let least = if column.kind == Kind::Text { 8 } else { 10 };
            let width = u16::try_from((*width).clamp(least, WIDEST)).unwrap_or(u16::MAX);
            self.sheet.set_column_width(at, width)?;
        }
        Ok(())
    }
}

fn is_exact(number: &Decimal) -> bool {
    number.mantissa().unsigned_abs().to_string().len() <= DIGITS
}
