//! The rules of a position: which code takes the place of which.

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, OnConstraint as _, Ref, Refusal, Result, codes};
use uuid::Uuid;

use crate::tax_codes::TaxCode;

/// A code that takes the place of another.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Rule {
    /// The usual tax code.
    pub from: Ref<TaxCode>,
    /// The tax code that takes its place.
    pub to: Ref<TaxCode>,
}

/// Puts these rules in the place of all rules of a position.
pub(super) async fn replace(cx: &mut Cx, position: Uuid, rules: &[Rule]) -> Result<()> {
    for (i, rule) in rules.iter().enumerate() {
        let wrong = if rule.from.id == rule.to.id {
            "A code does not take its own place."
        } else if rules[..i].iter().any(|before| before.from.id == rule.from.id) {
            "One code takes the place of another, not two."
        } else {
            continue;
        };
        return Err(Refusal::invalid(codes::INVALID_INPUT, &format!("/rules/{i}"), wrong).into());
    }
    let org = cx.org();
    sqlx::query!("delete from tax_position_rules where org_id = $1 and position_id = $2", org, position)
        .execute(cx.db())
        .await?;
    let ids: Vec<Uuid> = rules.iter().map(|_| cx.id()).collect();
    let froms: Vec<Uuid> = rules.iter().map(|rule| rule.from.id).collect();
    let tos: Vec<Uuid> = rules.iter().map(|rule| rule.to.id).collect();
    sqlx::query!(
        "insert into tax_position_rules (org_id, id, position_id, from_id, to_id)
         select $1, r.id, $2, r.from_id, r.to_id from unnest($3::uuid[], $4::uuid[], $5::uuid[]) as r (id, from_id, to_id)",
        org,
        position,
        &ids,
        &froms,
        &tos
    )
    .execute(cx.db())
    .await
    .on_reference(|| Refusal::not_found("tax code"))?;
    Ok(())
}
