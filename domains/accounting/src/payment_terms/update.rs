//! `accounting.payment_terms.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call, codes};

use super::{Instalment, PaymentTerm, PaymentTermView, discount, parts, view};
use crate::shared::{changed_meanwhile, checked_name, code_taken};

/// Change payment terms: days or instalments, the discount for paying early, or how they are called.
///
/// What is left out stays as it is. Drafts that have them are due by what they are at posting; posted documents stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new code.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9./-]*$"))]
    pub code: Option<String>,
    /// The new name.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// How many days after the date of a document it is due.
    #[schemars(range(max = 3650))]
    pub days: Option<u16>,
    /// The parts that it is due in instead: percents that add up to 100.
    #[schemars(length(min = 1, max = 24))]
    pub instalments: Option<Vec<Instalment>>,
    /// Whether due dates move to the end of their month.
    pub end_of_month: Option<bool>,
    /// What is let go for paying early, in percent of the whole.
    pub discount_percent: Option<Dec>,
    /// Within how many days that is.
    #[schemars(range(max = 3650))]
    pub discount_days: Option<u16>,
    /// Nothing is let go for paying early any more.
    pub without_discount: Option<bool>,
}

/// The payment terms as they are now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As they are now.
    #[serde(flatten)]
    pub terms: PaymentTermView,
    #[serde(skip)]
    before: Box<PaymentTermView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed payment terms {}", self.terms)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.payment_terms.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = Box::new(view(cx, self.id.id).await?);
        cx.expect_version_of("payment_terms", before.id, self.version, before.version).await?;
        let code = self.code.as_ref().map_or_else(|| before.code.clone(), |code| code.to_uppercase());
        let name = self.name.as_deref().map(checked_name).transpose()?.unwrap_or_else(|| before.name.clone());
        let parts = parts(self.days, self.instalments.as_deref())?;
        let (percents, days) = parts.map_or((None, None), |(percents, days)| (Some(percents), Some(days)));
        let discount = self.discount(&before)?;
        let (org, now) = (cx.org(), cx.now());
        let done = sqlx::query!(
            "update payment_terms set code = $3, name = $4, percents = coalesce($5, percents), days = coalesce($6, days),
                 end_of_month = coalesce($7, end_of_month), discount_percent = $8, discount_days = $9, version = version + 1, updated_at = $10
             where org_id = $1 and id = $2 and version = $11",
            org,
            before.id,
            code,
            name,
            percents.as_deref(),
            days.as_deref(),
            self.end_of_month,
            discount.map(|(percent, _)| percent),
            discount.map(|(_, days)| days),
            now,
            before.version
        )
        .execute(cx.db())
        .await
        .on_constraint("payment_term_code_unique", || code_taken("a payment term", &code))?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("payment term").into());
        }
        Ok(Updated { terms: view(cx, before.id).await?, before })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (was, is) = (&output.before, &output.terms);
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        let mut back = |field: &str, was: Value, is: Value| {
            if was != is {
                arguments.insert(field.to_owned(), was);
            }
        };
        back("code", json!(was.code), json!(is.code));
        back("name", json!(was.name), json!(is.name));
        back("end_of_month", json!(was.end_of_month), json!(is.end_of_month));
        let due = |of: &PaymentTermView| (json!(of.days), json!(of.instalments));
        if due(was) != due(is) {
            let (days, instalments) = due(was);
            let (field, value) = if days.is_null() { ("instalments", instalments) } else { ("days", days) };
            arguments.insert(field.to_owned(), value);
        }
        let discount = |of: &PaymentTermView| (of.discount_percent, of.discount_days);
        match discount(was) {
            before if before == discount(is) => {}
            (None, _) => drop(arguments.insert("without_discount".to_owned(), json!(true))),
            (percent, days) => {
                arguments.extend([
                    ("discount_percent".to_owned(), json!(percent)),
                    ("discount_days".to_owned(), json!(days)),
                ]);
            }
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}

impl Update {
    /// The discount as it is to be: what is given of it, the rest as it was.
    fn discount(&self, before: &PaymentTermView) -> Result<Option<(rust_decimal::Decimal, i32)>> {
        let given = self.discount_percent.is_some() || self.discount_days.is_some();
        match self.without_discount == Some(true) {
            true if given => {
                let detail = "Give a discount, or say that there is none any more, not both.";
                Err(Refusal::invalid(codes::INVALID_INPUT, "/without_discount", detail).into())
            }
            true => Ok(None),
            false => {
                discount(self.discount_percent.or(before.discount_percent), self.discount_days.or(before.discount_days))
            }
        }
    }
}
