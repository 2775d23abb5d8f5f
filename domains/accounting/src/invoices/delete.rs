//! `accounting.invoices.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::get::{InvoiceView, view};
use super::{Invoice, create};

/// Delete a draft invoice.
///
/// Only drafts: a posted invoice stays, and `accounting.invoices.credit` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The draft: its id.
    pub id: Ref<Invoice>,
}

/// The draft that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub InvoiceView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Deleted the draft invoice to {} of {}.", head.customer.name, head.totals.gross)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.invoices.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let invoice = view(cx, self.id.id).await?;
        if invoice.head.status != "draft" {
            let detail = format!("{} is posted and stays.", invoice.head.title());
            return Err(Refusal::conflict("not_draft", detail).fix("Credit it instead.").into());
        }
        let org = cx.org();
        sqlx::query!("delete from invoices where org_id = $1 and id = $2", org, invoice.head.id)
            .execute(cx.db())
            .await?;
        Ok(Deleted(invoice))
    }

    /// The same draft again, from what was removed.
    fn undo(&self, _: &Deleted, changes: &Changes) -> Option<Call> {
        let head = changes.of("invoices").find_map(|change| change.before.as_ref())?;
        let lines = lines_before(changes)?;
        let mut draft = kept(
            head,
            &[
                ("customer_id", "customer"),
                ("date", "date"),
                ("due_date", "due_date"),
                ("reference", "reference"),
                ("memo", "memo"),
            ],
        );
        draft.insert("lines".to_owned(), Value::Array(lines));
        Some(call::<create::Create>(Value::Object(draft)))
    }
}

/// The lines that a call removed from an invoice, as arguments of a call that puts them back.
pub(super) fn lines_before(changes: &Changes) -> Option<Vec<Value>> {
    let mut lines: Vec<&Value> = changes.of("invoice_lines").filter_map(|change| change.before.as_ref()).collect();
    lines.sort_by_key(|row| row.get("line_no").and_then(Value::as_i64));
    let names =
        [("description", "description"), ("unit", "unit"), ("tax_code_id", "tax_code"), ("account_id", "account")];
    let line = |row: &Value| {
        let mut line = kept(row, &names);
        for number in ["quantity", "unit_price", "discount_percent"] {
            line.insert(number.to_owned(), json!(row.get(number)?.to_string()));
        }
        Some(Value::Object(line))
    };
    lines.into_iter().map(line).collect()
}

/// The columns that hold something, under the names that arguments have.
fn kept(row: &Value, names: &[(&str, &str)]) -> Map<String, Value> {
    let some =
        |(column, name): &(&str, &str)| Some(((*name).to_owned(), row.get(*column).filter(|v| !v.is_null())?.clone()));
    names.iter().filter_map(some).collect()
}
