//! Payment terms: when documents are due, at once or in instalments, and what is let go for paying early.

mod apply;
pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod set_default;
pub mod update;

use std::fmt;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Dec;
use steward_tools::{Cx, Refusal, Result, codes};
use uuid::Uuid;

pub(crate) use apply::{Term, applied, kept, usable};
pub use entity::PaymentTerm;

use crate::shared::{expect_other, set_archived};

/// A part that a document is due in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Instalment {
    /// How much of the document, in percent.
    pub percent: Dec,
    /// How many days after the date of the document it is due.
    #[schemars(range(max = 3650))]
    pub days: u16,
}

/// Payment terms.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentTermView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many days after the date of a document it is due, where it is due at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// The parts that it is due in, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<Instalment>,
    /// Whether due dates move to the end of their month.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub end_of_month: bool,
    /// What is let go for paying early, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_percent: Option<Dec>,
    /// Within how many days that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_days: Option<u16>,
    /// Whether documents get it that name no due date and no terms.
    pub default: bool,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl fmt::Display for PaymentTermView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: due ", self.code, self.name)?;
        match self.days {
            Some(days) => write!(f, "in {days} days")?,
            None => {
                let parts = self.instalments.iter().map(|part| format!("{} % in {} days", part.percent.0, part.days));
                f.write_str(&parts.collect::<Vec<_>>().join(", "))?;
            }
        }
        if self.end_of_month {
            write!(f, ", at the end of the month")?;
        }
        if let (Some(Dec(percent)), Some(days)) = (self.discount_percent, self.discount_days) {
            write!(f, ", {percent} % less within {days} days")?;
        }
        let flags = [(self.default, ", the default"), (self.archived, ", archived")];
        flags.into_iter().filter(|(is, _)| *is).try_for_each(|(_, text)| f.write_str(text))?;
        write!(f, ".")
    }
}

/// A row as the table holds it.
struct Row {
    id: Uuid,
    version: i32,
    code: String,
    name: String,
    percents: Vec<Decimal>,
    days: Vec<i32>,
    end_of_month: bool,
    discount_percent: Option<Decimal>,
    discount_days: Option<i32>,
    is_default: bool,
    archived: bool,
}

fn days(stored: i32) -> u16 {
    u16::try_from(stored).unwrap_or_default()
}

impl Row {
    fn view(self) -> PaymentTermView {
        let parts = self.percents.iter().zip(&self.days);
        let parts = parts.map(|(percent, due)| Instalment { percent: Dec(percent.normalize()), days: days(*due) });
        let parts: Vec<Instalment> = parts.collect();
        let (once, instalments) = if let [only] = &parts[..] { (Some(only.days), Vec::new()) } else { (None, parts) };
        PaymentTermView {
            id: self.id,
            version: self.version,
            code: self.code,
            name: self.name,
            days: once,
            instalments,
            end_of_month: self.end_of_month,
            discount_percent: self.discount_percent.map(|percent| Dec(percent.normalize())),
            discount_days: self.discount_days.map(days),
            default: self.is_default,
            archived: self.archived,
        }
    }
}

/// Payment terms by code: those in use, or the archived ones, or one whatever it is.
async fn rows(
    cx: &mut Cx,
    id: Option<Uuid>,
    archived: bool,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<PaymentTermView>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, version, code, name, percents as "percents: Vec<Decimal>", days, end_of_month, discount_percent, discount_days, is_default,
               archived_at is not null as "archived!"
           from payment_terms
           where org_id = $1 and case when $2::uuid is null then (archived_at is not null) = $3 else id = $2 end
             and ($4::text is null or code > $4)
           order by code limit $5"#,
        org,
        id,
        archived,
        after,
        limit
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(Row::view).collect())
}

/// The payment terms as they are now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<PaymentTermView> {
    rows(cx, Some(id), false, None, 1).await?.pop().ok_or_else(|| Refusal::not_found("payment terms").into())
}

/// The parts that somebody names: so many days, or instalments that come to the whole, each due after the one before.
fn parts(once: Option<u16>, instalments: Option<&[Instalment]>) -> Result<Option<(Vec<Decimal>, Vec<i32>)>> {
    let parts = match (once, instalments) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            let detail = "Documents are due so many days after their date, or in instalments, not both.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/instalments", detail).into());
        }
        (Some(days), None) => return Ok(Some((vec![Decimal::ONE_HUNDRED], vec![i32::from(days)]))),
        (None, Some(parts)) => parts,
    };
    let sum: Decimal = parts.iter().map(|part| part.percent.0).sum();
    for (i, part) in parts.iter().enumerate() {
        part.percent.positive(&format!("/instalments/{i}/percent"))?;
    }
    if sum != Decimal::ONE_HUNDRED {
        let detail = format!("The instalments come to {} %, not to 100 %.", sum.normalize());
        let refusal = Refusal::invalid("instalments_do_not_add_up", "/instalments", detail);
        return Err(refusal.fix("Give percents that add up to 100.").into());
    }
    if parts.windows(2).any(|two| two[0].days >= two[1].days) {
        let detail = "Each instalment is due after the one before it.";
        return Err(Refusal::invalid("instalments_out_of_order", "/instalments", detail)
            .fix("Put them in the order of their days.")
            .into());
    }
    Ok(Some((parts.iter().map(|part| part.percent.0).collect(), parts.iter().map(|p| i32::from(p.days)).collect())))
}

/// The discount that somebody names: both or neither.
fn discount(percent: Option<Dec>, days: Option<u16>) -> Result<Option<(Decimal, i32)>> {
    match (percent, days) {
        (None, None) => Ok(None),
        (Some(percent), Some(days)) => {
            let percent = percent.positive("/discount_percent")?;
            if percent >= Decimal::ONE_HUNDRED {
                let detail = "A discount is less than the whole.";
                return Err(Refusal::invalid(codes::INVALID_INPUT, "/discount_percent", detail).into());
            }
            Ok(Some((percent, i32::from(days))))
        }
        _ => {
            let detail = "A discount for paying early has a percentage and the days within which it holds.";
            Err(Refusal::invalid(codes::INVALID_INPUT, "/discount_days", detail).into())
        }
    }
}

/// The default is left only for another.
fn still_default(code: &str) -> Refusal {
    Refusal::conflict("default_payment_terms", format!("{code} holds where a document names no due date."))
        .fix("Make others the default first (accounting.payment_terms.set_default).")
}

/// Takes payment terms out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<PaymentTermView> {
    let before = view(cx, id).await?;
    expect_other(&before.code, before.archived, archived)?;
    if before.default {
        return Err(still_default(&before.code).into());
    }
    set_archived!(cx, "payment_terms", "payment term", (id, before.version), archived)?;
    view(cx, id).await
}
