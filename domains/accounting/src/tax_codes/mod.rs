//! Tax codes: what tax is put on a line, at rates that change on a day.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod set_default;
pub mod set_rate;
pub mod update;

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Dec;
use steward_tools::{Cx, Named, Refusal, Result, codes};
use uuid::Uuid;

use crate::accounts::Account;
use crate::shared::{expect_other, set_archived};
pub use entity::TaxCode;

/// The documents a tax code goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum UsedOn {
    /// Ours to customers.
    Sale,
    /// Those of vendors.
    Purchase,
    /// All of them.
    Both,
}

impl UsedOn {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Purchase => "purchase",
            Self::Both => "both",
        }
    }
}

/// A rate of a tax code, from a day on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaxRateView {
    /// The day from which it holds.
    pub valid_from: NaiveDate,
    /// In percent.
    pub rate: Dec,
}

/// A tax code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaxCodeView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its rate of today in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Dec>,
    /// sale, purchase or both.
    #[schemars(with = "UsedOn")]
    pub used_on: String,
    /// Whether the buyer owes the tax.
    pub reverse_charge: bool,
    /// Where the tax that we owe is posted.
    pub account: Named<Account>,
    /// Where the tax that we get back is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_account: Option<Named<Account>>,
    /// What documents say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The first day of documents that it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The last such day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Whether lines get it that name no code.
    pub default: bool,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl fmt::Display for TaxCodeView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)?;
        match self.rate {
            Some(Dec(rate)) => write!(f, ", {} %", rate.normalize())?,
            None => write!(f, ", without a rate today")?,
        }
        let flags =
            [(self.reverse_charge, ", reverse charge"), (self.default, ", the default"), (self.archived, ", archived")];
        flags.into_iter().filter(|(is, _)| *is).try_for_each(|(_, text)| f.write_str(text))?;
        write!(f, ".")
    }
}

/// A row as tables hold it.
struct Row {
    id: Uuid,
    version: i32,
    code: String,
    name: String,
    rate: Option<Dec>,
    used_on: String,
    reverse_charge: bool,
    account: String,
    input_account: Option<String>,
    note: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    default: bool,
    archived: bool,
}

impl Row {
    fn view(self) -> TaxCodeView {
        TaxCodeView {
            id: self.id,
            version: self.version,
            code: self.code,
            name: self.name,
            rate: self.rate.map(|rate| Dec(rate.0.normalize())),
            used_on: self.used_on,
            reverse_charge: self.reverse_charge,
            account: self.account.into(),
            input_account: self.input_account.map(Named::from),
            note: self.note,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            default: self.default,
            archived: self.archived,
        }
    }
}

/// Tax codes by code: those in use, or the archived ones, or one whatever it is.
async fn rows(
    cx: &mut Cx,
    id: Option<Uuid>,
    archived: bool,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<TaxCodeView>> {
    let (org, today) = (cx.org(), cx.today());
    let rows = sqlx::query_as!(
        Row,
        r#"select t.id, t.version, t.code, t.name, tax_rate_on($1, t.id, $2) as "rate: Dec", t.used_on, t.reverse_charge, a.code as account,
               i.code as "input_account?", t.note, t.valid_from, t.valid_to, t.is_default as default, t.archived_at is not null as "archived!"
           from tax_codes t join accounts a on a.org_id = t.org_id and a.id = t.account_id
           left join accounts i on i.org_id = t.org_id and i.id = t.input_account_id
           where t.org_id = $1 and case when $3::uuid is null then (t.archived_at is not null) = $4 else t.id = $3 end
             and ($5::text is null or t.code > $5)
           order by t.code limit $6"#,
        org,
        today,
        id,
        archived,
        after,
        limit
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(Row::view).collect())
}

/// The tax code as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<TaxCodeView> {
    rows(cx, Some(id), false, None, 1).await?.pop().ok_or_else(|| Refusal::not_found("tax code").into())
}

/// Its rates, latest first.
async fn rates_of(cx: &mut Cx, id: Uuid) -> Result<Vec<TaxRateView>> {
    let org = cx.org();
    let rates = sqlx::query_as!(
        TaxRateView,
        r#"select valid_from, rate as "rate: Dec" from tax_rates where org_id = $1 and tax_code_id = $2 order by valid_from desc"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rates)
}

/// Takes a tax code out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<TaxCodeView> {
    let before = view(cx, id).await?;
    expect_other(&before.code, before.archived, archived)?;
    if before.default {
        let detail = format!("{} is what lines get that name no tax code.", before.code);
        return Err(Refusal::conflict("default_tax_code", detail).fix("Make another one the default first.").into());
    }
    set_archived!(cx, "tax_codes", "tax code", (id, before.version), archived)?;
    view(cx, id).await
}

/// The account of a tax: what we owe is a liability, what we get back an asset or one; no control account, no heading.
async fn tax_account(cx: &mut Cx, id: Uuid, pointer: &str) -> Result<Uuid> {
    let org = cx.org();
    let fits = sqlx::query_scalar!(
        r#"select type in ('asset', 'liability') and control is null and not heading and archived_at is null as "fits!"
           from accounts where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?;
    match fits {
        Some(true) => Ok(id),
        Some(false) => {
            let detail = "Tax is posted to an asset or liability account that is no control account.";
            Err(Refusal::invalid("wrong_account_type", pointer, detail).into())
        }
        None => Err(Refusal::not_found("account").into()),
    }
}

/// The last day is no earlier than the first.
fn runs() -> Refusal {
    Refusal::invalid("valid_to_before_valid_from", "/valid_to", "It cannot end before it begins.")
}

/// A day as somebody typed it; nothing where it is empty.
fn day(text: &str, pointer: &str) -> Result<Option<NaiveDate>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| Refusal::invalid(codes::INVALID_INPUT, pointer, "This is not a day (YYYY-MM-DD).");
    Ok(Some(text.parse().map_err(wrong)?))
}
