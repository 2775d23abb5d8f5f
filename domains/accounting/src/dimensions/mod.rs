//! Dimensions: what lines of the ledger are for beside their account.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod update;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Entity as _, Error, Refusal, Result, codes};
use uuid::Uuid;

pub use entity::Dimension;

use crate::shared::{archived, code_taken, expect_other, set_archived};

/// What a dimension says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum DimensionKind {
    /// Where in the company it was spent or earned.
    CostCentre,
    /// Which undertaking it belongs to.
    Project,
}

impl DimensionKind {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CostCentre => "cost_centre",
            Self::Project => "project",
        }
    }
}

/// A cost centre or project as lines name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Dimension::NAME))]
pub struct DimensionName {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

impl DimensionName {
    pub(crate) fn of(id: Option<Uuid>, code: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self { id: id?, code: code?, name: name? })
    }
}

/// A cost centre or project.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DimensionView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// cost_centre or project.
    #[schemars(with = "DimensionKind")]
    pub kind: String,
    /// Whether it is out of use.
    pub archived: bool,
}

impl DimensionView {
    fn label(&self) -> String {
        format!("{} {}", self.code, self.name)
    }
}

impl fmt::Display for DimensionView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let archived = if self.archived { ", archived" } else { "" };
        write!(f, "{} {} ({}{archived}).", self.code, self.name, self.kind.replace('_', " "))
    }
}

/// The dimension as it is now; absent and foreign are the same.
pub(crate) async fn view(cx: &mut Cx, id: Uuid) -> Result<DimensionView> {
    let org = cx.org();
    sqlx::query_as!(
        DimensionView,
        r#"select id, version, code, name, kind, archived_at is not null as "archived!" from dimensions where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("dimension").into())
}

/// Takes the dimension out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<DimensionView> {
    let before = view(cx, id).await?;
    expect_other(&before.label(), before.archived, archived)?;
    set_archived!(cx, "dimensions", "dimension", (id, before.version), archived)?;
    view(cx, id).await
}

/// What the database refuses of one, by name.
fn refused(error: sqlx::Error, code: &str) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("dimension_code_unique") => code_taken("a dimension", code).into(),
        _ => error.into(),
    }
}

/// The cost centres and projects that lines name are in use, and of the kind that they are named as. Their codes; no query
/// where none is named.
pub(crate) async fn expect(cx: &mut Cx, named: &[(Uuid, DimensionKind, String)]) -> Result<BTreeMap<Uuid, String>> {
    if named.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (org, ids) = (cx.org(), named.iter().map(|(id, ..)| *id).collect::<Vec<_>>());
    let rows = sqlx::query_as!(
        DimensionView,
        r#"select id, version, code, name, kind, archived_at is not null as "archived!" from dimensions where org_id = $1 and id = any ($2)"#,
        org,
        &ids
    )
    .fetch_all(cx.db())
    .await?;
    for (id, kind, pointer) in named {
        let Some(found) = rows.iter().find(|row| row.id == *id) else {
            return Err(Refusal::invalid(codes::NOT_FOUND, pointer, "There is no such dimension.").into());
        };
        if found.kind != kind.as_str() {
            let [is, wanted] = [found.kind.as_str(), kind.as_str()].map(|kind| kind.replace('_', " "));
            let detail = format!("{} is a {is}, not a {wanted}.", found.label());
            return Err(Refusal::invalid("dimension_kind", pointer, detail)
                .fix(format!("Name a {wanted} here."))
                .into());
        }
        if found.archived {
            return Err(archived(&found.label(), pointer).into());
        }
    }
    Ok(rows.into_iter().map(|row| (row.id, row.code)).collect())
}
