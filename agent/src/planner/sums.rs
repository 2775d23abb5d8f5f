//! Totals: the result's own, or the exact sum of rows that are all there.

use rust_decimal::Decimal;
use serde_json::Value;

use super::answer::totals;
use super::extreme::amount;
use super::table::{Table, number};
use super::text::Token;

/// Whether a total is asked for.
pub(crate) fn asks(words: &[Token]) -> bool {
    words.iter().any(|t| t.any(&["total", "sum"])) || words.windows(2).any(|w| w[0].low == "how" && w[1].low == "much")
}

/// The whole, where the result itself holds it.
pub(crate) fn sum(words: &[Token], output: &Value) -> Option<String> {
    let held = output.get("total").or_else(|| output.get("totals"));
    let text = totals(held.filter(|v| asks(words) && !v.is_null() && !v.is_number())?);
    (!text.is_empty()).then(|| format!("In total: {text}."))
}

/// The exact sum of a column of money, by state where rows are in several; nothing when rows are missing.
pub(crate) fn added(words: &[Token], rows: &[Value], table: &Table, more: bool) -> Option<String> {
    let column = table.pick(|name, values| {
        let money = values.iter().all(|v| number(v).is_some() && v.contains(' '));
        let said = words.iter().any(|t| t.low == name);
        (asks(words) && money && amount(name)).then(|| (said, ["total", "gross", "amount"].contains(&name)))
    })?;
    if more {
        return Some(
            "The list goes on after these rows, so I do not add them up. Narrow it down, by dates for example."
                .to_owned(),
        );
    }
    let state = table.column("status");
    let mut groups: Vec<(&str, Decimal)> = Vec::new();
    let mut whole = Decimal::ZERO;
    let unit = table.cell(0, column).split(' ').nth(1)?;
    for row in 0..rows.len() {
        let cell = table.cell(row, column);
        let value = number(cell).filter(|_| cell.ends_with(unit))?;
        whole = whole.checked_add(value)?;
        let state = state.map_or("", |c| table.cell(row, c));
        match groups.iter_mut().find(|(known, _)| *known == state) {
            Some((_, sum)) => *sum = sum.checked_add(value)?,
            None => groups.push((state, value)),
        }
    }
    let parts: Vec<String> =
        groups.iter().map(|(state, sum)| format!("{} {sum} {unit}", state.replace('_', " "))).collect();
    let parts = if parts.len() > 1 { format!(" ({})", parts.join(", ")) } else { String::new() };
    Some(format!("In total: {} {whole} {unit}{parts}, added up from the {} rows.", table.name(column), rows.len()))
}
