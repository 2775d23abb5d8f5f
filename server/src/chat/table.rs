//! Tables: of what a plan does to the books, and those in the assistant's answers.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableComponent, Width, presets};
use console::measure_text_width;

/// Beside each cell, both sides together.
const PADDING: u16 = 2;
const INDENT: &str = "    ";
const SEPARATOR: &str = ", ";

/// A table with a line below its head and no others.
pub(super) fn light(width: u16) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    for below in [TableComponent::HeaderLines, TableComponent::MiddleHeaderIntersections] {
        table.set_style(below, '─');
    }
    table
}

/// Markdown's table, no wider than a terminal: words wrap, figures never do. What is no table stays as it is.
pub(super) fn markdown(text: &str, width: u16) -> Option<String> {
    let mut rows = text.lines().map(cells);
    let (head, rule) = (rows.next()?, rows.next()?);
    let is_rule = |cell: &String| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':'));
    if rule.len() != head.len() || !rule.iter().all(is_rule) {
        return None;
    }
    let body: Vec<Vec<String>> = rows.collect();
    let least: Vec<u16> = (0..head.len()).map(|column| least(&head, &body, column)).collect();
    if least.iter().map(|least| least.saturating_add(PADDING)).fold(0, u16::saturating_add) > width {
        return Some(records(&head, &body, width.into()));
    }
    let mut table = light(width);
    table.set_header(head);
    table.add_rows(body);
    for ((column, rule), least) in table.column_iter_mut().zip(&rule).zip(least) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least.saturating_add(PADDING))));
        if rule.ends_with(':') {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Some(table.trim_fmt())
}

/// The longest word of a column.
fn least(head: &[String], body: &[Vec<String>], column: usize) -> u16 {
    let cells = std::iter::once(head).chain(body.iter().map(Vec::as_slice)).filter_map(|row| row.get(column));
    let longest = cells.flat_map(|cell| cell.split_whitespace()).map(measure_text_width).max();
    longest.and_then(|longest| longest.try_into().ok()).unwrap_or(u16::MAX)
}

/// A table that is too wide, row by row: the name, and below it what is not nothing.
fn records(head: &[String], body: &[Vec<String>], width: usize) -> String {
    let mut lines = Vec::new();
    for row in body {
        let mut cells = head.iter().zip(row);
        lines.extend(cells.next().map(|(_, name)| name.clone()));
        let mut line = String::new();
        for (head, cell) in cells.filter(|(_, cell)| !matches!(cell.as_str(), "" | "0" | "0.00")) {
            let part = format!("{head} {cell}");
            if !line.is_empty() && measure_text_width(&line) + measure_text_width(&part) + SEPARATOR.len() > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { INDENT } else { SEPARATOR });
            line.push_str(&part);
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
    }
    lines.join("\n")
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            c => {
                if let Some(cell) = cells.last_mut() {
                    if escaped && c != '|' && c != '\\' {
                        cell.push('\\');
                    }
                    cell.push(c);
                }
            }
        }
        escaped = false;
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const OWED: &str = r"| customer | total EUR | late EUR | since |
| --- | ---: | ---: | --- |
| Iberia Textiles SL | 17140.32 | 8529.48 | 2026-06-26 |
| A\|B \\ C\d | -0.50 | 0.00 |  |
";

    #[test]
    fn a_table_is_drawn() {
        assert_snapshot!(markdown(OWED, 80).unwrap(), @r"
         customer             total EUR   late EUR   since
        ────────────────────────────────────────────────────────
         Iberia Textiles SL    17140.32    8529.48   2026-06-26
         A|B \ C\d                -0.50       0.00
        ");
    }

    #[test]
    fn words_wrap_in_a_narrow_terminal() {
        assert_snapshot!(markdown(OWED, 48).unwrap(), @r"
         customer      total   late EUR   since
                         EUR
        ─────────────────────────────────────────────
         Iberia     17140.32    8529.48   2026-06-26
         Textiles
         SL
         A|B \         -0.50       0.00
         C\d
        ");
    }

    #[test]
    fn a_table_that_does_not_fit_is_told_row_by_row() {
        assert_snapshot!(markdown(OWED, 36).unwrap(), @r"
        Iberia Textiles SL
            total EUR 17140.32
            late EUR 8529.48
            since 2026-06-26
        A|B \ C\d
            total EUR -0.50
        ");
    }

    #[test]
    fn what_is_no_table_is_left_alone() {
        assert_eq!(markdown("| just a line\n", 80), None);
        assert_eq!(markdown("| a | b |\n| c | d |\n", 80), None);
        assert_eq!(markdown("", 80), None);
    }
}
