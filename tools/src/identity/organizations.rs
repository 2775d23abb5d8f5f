//! Writing the organisation: within calls, so that every change is recorded.

use std::collections::BTreeMap;

use super::users::changed_meanwhile;
use crate::{Cx, Result};

/// What of the own organisation is to be written.
pub struct Written<'a> {
    /// The version that was read.
    pub version: i32,
    /// Its name.
    pub name: &'a str,
    /// The zone in which its business days begin.
    pub zone: &'a str,
    /// Amounts above which somebody else has to agree, in minor units, by kind of fact.
    pub limits: &'a BTreeMap<String, i64>,
}

/// Writes the own organisation. Everybody's rights are read anew by their next call. Answers the new version.
pub async fn update(cx: &mut Cx, organization: &Written<'_>) -> Result<i32> {
    let (org, now) = (cx.org(), cx.now());
    let version = sqlx::query_scalar!(
        "update organizations set name = $3, zone = $4, limits = $5, version = version + 1, updated_at = $6
         where id = $1 and version = $2 returning version",
        org,
        organization.version,
        organization.name,
        organization.zone,
        serde_json::to_value(organization.limits)?,
        now
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(changed_meanwhile)?;
    sqlx::query!("update users set rights_version = rights_version + 1 where org_id = $1", org)
        .execute(cx.db())
        .await?;
    Ok(version)
}
