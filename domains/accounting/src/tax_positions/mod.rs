//! Tax positions: which tax codes take the place of the usual ones, by where a party is and whether it has a tax id.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
mod rules;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Named, Refusal, Result, codes};
use uuid::Uuid;

use crate::shared::{expect_other, set_archived};
use crate::tax_codes::TaxCode;
pub use entity::TaxPosition;
pub use rules::Rule;

/// Whether a position is for parties with a tax id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum WithTaxId {
    /// With or without.
    Any,
    /// Only those that have one.
    With,
    /// Only those that have none.
    Without,
}

impl WithTaxId {
    const fn stored(self) -> Option<bool> {
        match self {
            Self::Any => None,
            Self::With => Some(true),
            Self::Without => Some(false),
        }
    }
    const fn of(stored: Option<bool>) -> Self {
        match stored {
            None => Self::Any,
            Some(true) => Self::With,
            Some(false) => Self::Without,
        }
    }
}

/// What takes the place of what.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleView {
    /// The usual code.
    pub from: Named<TaxCode>,
    /// What takes its place.
    pub to: Named<TaxCode>,
}

/// A tax position.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaxPositionView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The countries (ISO 3166) of the parties it is for; every one where there are none.
    pub countries: Vec<String>,
    /// Whether it is for parties with a tax id.
    pub with_tax_id: WithTaxId,
    /// Of several that fit, the lowest is taken.
    pub priority: i32,
    /// Why it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Which codes take the place of which.
    pub rules: Vec<RuleView>,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl fmt::Display for TaxPositionView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)?;
        if !self.countries.is_empty() {
            write!(f, ", for {}", self.countries.join(", "))?;
        }
        match self.with_tax_id {
            WithTaxId::Any => {}
            WithTaxId::With => write!(f, ", with a tax id")?,
            WithTaxId::Without => write!(f, ", without a tax id")?,
        }
        for rule in &self.rules {
            write!(f, ", {} for {}", rule.to, rule.from)?;
        }
        write!(f, "{}.", if self.archived { ", archived" } else { "" })
    }
}

/// Positions by priority and code: those in use, or the archived ones, or one whatever it is.
async fn rows(
    cx: &mut Cx,
    id: Option<Uuid>,
    archived: bool,
    after: Option<(i32, String)>,
    limit: i64,
) -> Result<Vec<TaxPositionView>> {
    let org = cx.org();
    let (after_priority, after_code) = after.unzip();
    let rows = sqlx::query!(
        r#"select p.id, p.version, p.code, p.name, p.countries, p.with_tax_id, p.priority, p.note, p.archived_at is not null as "archived!",
               array(select f.code from tax_position_rules r join tax_codes f on f.org_id = r.org_id and f.id = r.from_id
                   where r.org_id = p.org_id and r.position_id = p.id order by f.code) as "froms!",
               array(select t.code from tax_position_rules r join tax_codes f on f.org_id = r.org_id and f.id = r.from_id
                   join tax_codes t on t.org_id = r.org_id and t.id = r.to_id
                   where r.org_id = p.org_id and r.position_id = p.id order by f.code) as "tos!"
           from tax_positions p
           where p.org_id = $1 and case when $2::uuid is null then (p.archived_at is not null) = $3 else p.id = $2 end
             and ($4::int is null or (p.priority, p.code) > ($4, $5))
           order by p.priority, p.code limit $6"#,
        org,
        id,
        archived,
        after_priority,
        after_code,
        limit
    )
    .fetch_all(cx.db())
    .await?;
    let views = rows.into_iter().map(|row| TaxPositionView {
        id: row.id,
        version: row.version,
        code: row.code,
        name: row.name,
        countries: row.countries.unwrap_or_default(),
        with_tax_id: WithTaxId::of(row.with_tax_id),
        priority: row.priority,
        note: row.note,
        rules: row
            .froms
            .into_iter()
            .zip(row.tos)
            .map(|(from, to)| RuleView { from: from.into(), to: to.into() })
            .collect(),
        archived: row.archived,
    });
    Ok(views.collect())
}

/// The position as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<TaxPositionView> {
    rows(cx, Some(id), false, None, 1).await?.pop().ok_or_else(|| Refusal::not_found("tax position").into())
}

/// Takes a position out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<TaxPositionView> {
    let before = view(cx, id).await?;
    expect_other(&before.code, before.archived, archived)?;
    set_archived!(cx, "tax_positions", "tax position", (id, before.version), archived)?;
    view(cx, id).await
}

/// Two letters each, each once; none is every country.
fn checked_countries(countries: &[String]) -> Result<Option<Vec<String>>> {
    let mut checked: Vec<String> = countries.iter().map(|country| country.trim().to_uppercase()).collect();
    checked.sort();
    checked.dedup();
    match checked.iter().find(|country| country.len() != 2 || !country.chars().all(|c| c.is_ascii_uppercase())) {
        Some(wrong) => {
            let detail = format!("\"{wrong}\" is no country: give two letters, such as FR.");
            Err(Refusal::invalid(codes::INVALID_INPUT, "/countries", detail).into())
        }
        None => Ok(Some(checked).filter(|checked| !checked.is_empty())),
    }
}
