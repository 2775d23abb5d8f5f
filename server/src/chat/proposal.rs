//! A plan before somebody's yes: what is done, and what that does to the books.

use comfy_table::CellAlignment;
use serde_json::Value;

use super::events::{Approval, Effect};
use super::table::light;

/// Wide enough for books, narrow enough for a terminal.
const WIDTH: u16 = 100;
/// Lines beside the ledger; a plan with more is looked at elsewhere.
const DETAILS: usize = 20;

/// The plan as lines. What was `told` already is not told twice.
pub(super) fn render(approval: &Approval, told: &str) -> String {
    let (ledger, others): (Vec<&Effect>, Vec<&Effect>) =
        approval.effects.iter().partition(|effect| effect.kind == "ledger");
    let sentences = others.iter().filter(|effect| is_sentence(effect)).count();
    let mut lines = Vec::new();
    let mut number = 0;
    let mut details = 0;
    if sentences == 0 && !told.contains(&approval.title) {
        lines.push(approval.title.clone());
    }
    for effect in others {
        if is_sentence(effect) {
            number += 1;
            if !told.contains(&effect.text) {
                lines.push(if sentences > 1 { format!("{number}. {}", effect.text) } else { effect.text.clone() });
            }
        } else {
            details += 1;
            if details <= DETAILS {
                lines.push(format!("   {}", effect.text));
            }
        }
    }
    if details > DETAILS {
        lines.push(format!("   … and {} more", details - DETAILS));
    }
    if !ledger.is_empty() {
        lines.extend(books(&ledger).lines().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// The sentence of a call, before what it does.
fn is_sentence(effect: &Effect) -> bool {
    effect.after.as_ref().is_some_and(|after| after.get("operation").is_some())
}

/// The lines that would be written into the books.
fn books(effects: &[&Effect]) -> String {
    let rows: Vec<Row> = effects.iter().map(|effect| Row::of(effect)).collect();
    let mut currencies: Vec<&str> =
        rows.iter().flat_map(|row| [&row.debit, &row.credit]).flatten().map(|(_, c)| c.as_str()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let only = if let [only] = currencies[..] { Some(only) } else { None };
    let head = |side: &str| only.map_or_else(|| side.to_owned(), |currency| format!("{side} {currency}"));
    let cell = |money: &Option<(String, String)>| match money {
        Some((amount, _)) if only.is_some() => amount.clone(),
        Some((amount, currency)) => format!("{amount} {currency}"),
        None => String::new(),
    };
    let mut table = light(WIDTH);
    table.set_header(["account".to_owned(), head("debit"), head("credit")]);
    for row in &rows {
        table.add_row([row.account.clone(), cell(&row.debit), cell(&row.credit)]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

struct Row {
    account: String,
    debit: Option<(String, String)>,
    credit: Option<(String, String)>,
}

impl Row {
    fn of(effect: &Effect) -> Self {
        let word = |key: &str| effect.after.as_ref()?.get(key)?.as_str();
        let Some(code) = word("account") else {
            return Self { account: effect.text.clone(), debit: None, credit: None };
        };
        let party = word("party").map(|party| format!(" · {party}")).unwrap_or_default();
        let side = |key: &str| {
            let money = effect.after.as_ref()?.get(key)?;
            let part = |key: &str| money.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((part("amount")?, part("currency")?))
        };
        Self {
            account: format!("{code} {}{party}", word("name").unwrap_or_default()),
            debit: side("debit"),
            credit: side("credit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::*;

    fn approval(effects: Value) -> Approval {
        let id = uuid::Uuid::nil();
        serde_json::from_value(
            json!({"id": id, "title": "The whole plan.", "effects": effects, "expires_at": "2026-01-02T03:04:05Z"}),
        )
        .unwrap()
    }
    fn line(account: &str, name: &str, party: Option<&str>, side: &str, amount: &str) -> Value {
        let after =
            json!({"account": account, "name": name, "party": party, side: {"amount": amount, "currency": "EUR"}});
        json!({"kind": "ledger", "text": "as a line", "after": after})
    }
    fn invoice() -> Approval {
        approval(json!([
            {"kind": "record", "text": "A draft for Acme.", "after": {"operation": "accounting.invoices.create"}},
            {"kind": "record", "text": "3 h Consulting at 120 = 360.00 EUR"},
            {"kind": "money", "text": "Draft: net 360.00 EUR, tax 72.00 EUR, gross 432.00 EUR", "after": {"net": {}}},
            {"kind": "record", "text": "It is posted as INV-1.", "after": {"operation": "accounting.invoices.post"}},
            line("1100", "Trade receivables", Some("Acme"), "debit", "432.00"),
            line("4100", "Service revenue", None, "credit", "360.00"),
            line("2200", "Output tax", None, "credit", "72.00"),
        ]))
    }

    #[test]
    fn a_plan_is_sentences_and_books() {
        assert_snapshot!(render(&invoice(), ""), @r"
        1. A draft for Acme.
           3 h Consulting at 120 = 360.00 EUR
           Draft: net 360.00 EUR, tax 72.00 EUR, gross 432.00 EUR
        2. It is posted as INV-1.
           account                         debit EUR   credit EUR
          ────────────────────────────────────────────────────────
           1100 Trade receivables · Acme      432.00
           4100 Service revenue                            360.00
           2200 Output tax                                  72.00
        ");
    }

    #[test]
    fn what_was_told_is_not_told_twice() {
        let rendered = render(&invoice(), "I would do this: 1. A draft for Acme. 2. It is posted as INV-1.");
        assert!(rendered.starts_with("   3 h Consulting"), "{rendered}");
        assert!(!rendered.contains("posted"), "{rendered}");
    }

    #[test]
    fn one_sentence_has_no_number_and_long_plans_are_cut() {
        let mut effects = vec![json!({"kind": "record", "text": "Do much.", "after": {"operation": "a.b.c"}})];
        effects.extend((0..25).map(|i| json!({"kind": "record", "text": format!("row {i}")})));
        let rendered = render(&approval(Value::Array(effects)), "");
        assert!(rendered.starts_with("Do much.\n   row 0\n"), "{rendered}");
        assert!(rendered.ends_with("row 19\n   … and 5 more"), "{rendered}");
    }

    #[test]
    fn other_currencies_and_unknown_lines_are_shown_as_they_are() {
        let usd = json!({"kind": "ledger", "text": "", "after": {"account": "1", "name": "Bank", "debit": {"amount": "1", "currency": "USD"}}});
        let effects =
            json!([line("2", "Fees", None, "credit", "2"), usd, {"kind": "ledger", "text": "something else"}]);
        assert_snapshot!(render(&approval(effects), "The whole plan."), @r"
           account          debit   credit
          ─────────────────────────────────
           2 Fees                    2 EUR
           1 Bank           1 USD
           something else
        ");
    }
}
