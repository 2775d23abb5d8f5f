//! `directory.organizations.update`

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_common::{Dec, Money};
use steward_tools::identity::organizations::{Written, update};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};

use super::{Organization, OrganizationView, view};
use crate::PEOPLE;

/// Kinds of fact that a limit can be set for; more than anybody has, so that a mistake is found.
const MOST: usize = 50;

/// Change settings of your organisation: its name, zone or limits.
///
/// It holds from everybody's next call on. What is left out stays as it is; `limits` replaces all limits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The organisation; your own unless told.
    pub id: Option<Ref<Organization>>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// How the organisation is called.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// Its zone, as Europe/Berlin.
    #[schemars(length(min = 1, max = 60))]
    pub zone: Option<String>,
    /// Limits above which a controller has to agree, by kind: {"credited": "10000.00"}. Left out or empty is no limit.
    #[schemars(extend("additionalProperties" = {"type": "string", "maxLength": 30}))]
    pub limits: Option<BTreeMap<String, String>>,
}

/// The organisation as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub OrganizationView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed organisation {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.organizations.update";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let mut organization = view(cx, self.id.map(|id| id.id)).await?;
        cx.expect_version_of("organizations", organization.id, self.version, organization.version).await?;
        if let Some(name) = &self.name {
            organization.name = crate::checked_text(name, "/name")?;
        }
        if let Some(zone) = self.zone {
            organization.zone = known_zone(&zone)?;
        }
        if let Some(limits) = &self.limits {
            organization.limits = amounts(limits, &organization.currency)?;
        }
        let limits = organization.limits.iter().map(|(kind, limit)| (kind.clone(), limit.minor)).collect();
        let written = Written {
            version: organization.version,
            name: &organization.name,
            zone: &organization.zone,
            limits: &limits,
        };
        organization.version = update(cx, &written).await?;
        Ok(Updated(organization))
    }

    /// Back to what the changed columns held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let change = changes.of("organizations").next()?;
        let mut arguments = Map::new();
        for (column, before, _) in change.columns() {
            match column {
                "name" | "zone" => drop(arguments.insert(column.to_owned(), before.clone())),
                "limits" => drop(arguments.insert(column.to_owned(), decimals(before, &output.0.currency)?)),
                _ => {}
            }
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}

fn known_zone(zone: &str) -> Result<String> {
    match zone.parse::<chrono_tz::Tz>() {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err(Refusal::invalid("unknown_zone", "/zone", format!("There is no time zone called \"{zone}\"."))
            .fix("Write it as Europe/Berlin.")
            .into()),
    }
}

fn amounts(limits: &BTreeMap<String, String>, currency: &str) -> Result<BTreeMap<String, Money>> {
    if limits.len() > MOST {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/limits", "There are too many limits.").into());
    }
    let mut amounts = BTreeMap::new();
    for (kind, amount) in limits.iter().filter(|(_, amount)| !amount.is_empty()) {
        let pointer = format!("/limits/{kind}");
        if kind.is_empty() || kind.len() > 40 || !kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            let detail = format!("\"{kind}\" is not the name of something that happens.");
            return Err(Refusal::invalid(codes::INVALID_INPUT, &pointer, detail)
                .fix("Write it as credited or received.")
                .into());
        }
        let decimal = amount.parse::<Decimal>().map_err(|_| {
            Refusal::invalid(codes::INVALID_INPUT, &pointer, format!("\"{amount}\" is not an amount."))
                .fix("Write it as \"10000.00\", in the company's currency.")
        })?;
        amounts.insert(kind.clone(), Money::new(Dec(decimal).amount(currency, &pointer)?, currency));
    }
    Ok(amounts)
}

/// Minor units as the operation takes them.
fn decimals(limits: &Value, currency: &str) -> Option<Value> {
    let limits = limits.as_object()?.iter();
    let texts =
        limits.filter_map(|(kind, minor)| Some((kind.clone(), json!(Money::new(minor.as_i64()?, currency).decimal()))));
    Some(Value::Object(texts.collect()))
}
