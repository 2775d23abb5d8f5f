//! What is agreed with a party, beside what the directory knows of it.

pub mod get;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Named, Refusal, Result};
use uuid::Uuid;

use crate::documents::limit::Limit;
use crate::documents::{Credit, CreditControl};
use crate::payment_terms::PaymentTerm;
use crate::tax_positions::TaxPosition;

/// What is agreed with a party.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartyTermsView {
    /// The party.
    pub party: PartyName,
    /// The tax position that was given to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_position: Option<Named<TaxPosition>>,
    /// The tax position that holds: the given one, else the first that fits its country and tax id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<Named<TaxPosition>>,
    /// The payment terms that were agreed; without, its documents are due by the company's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<Named<PaymentTerm>>,
    /// What becomes of an invoice that takes the customer over its credit limit.
    pub credit_control: CreditControl,
    /// Whether dunning runs leave it alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_dunning: bool,
    /// Its credit, where the directory gives it a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
}

impl fmt::Display for PartyTermsView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.party.number, self.party.name)?;
        match (&self.tax_position, &self.holds) {
            (Some(given), _) => write!(f, "tax position {given}, as agreed")?,
            (None, Some(found)) => write!(f, "tax position {found}, by country and tax id")?,
            (None, None) => write!(f, "no tax position")?,
        }
        if let Some(terms) = &self.payment_terms {
            write!(f, "; payment terms {terms}")?;
        }
        if let Some(credit) = &self.credit {
            let more = if self.credit_control == CreditControl::Warn { " (more is only pointed out)" } else { "" };
            write!(f, "; {credit}{more}")?;
        }
        write!(f, "{}.", if self.no_dunning { "; not dunned" } else { "" })
    }
}

/// What is agreed with a party now.
async fn view(cx: &mut Cx, party: Uuid) -> Result<PartyTermsView> {
    let (org, today) = (cx.org(), cx.today());
    let row = sqlx::query!(
        r#"select p.number, p.name, g.code as "given?", h.code as "holds?", y.code as "terms?", p.credit_limit, p.currency,
               t.credit_control as "credit_control?", t.no_dunning as "no_dunning?", rate_on($1, p.currency, $3) as rate,
               case when p.credit_limit is not null then owed_by(p.org_id, p.id) end as used
           from parties p left join party_terms t on t.org_id = p.org_id and t.party_id = p.id
           left join tax_positions g on g.org_id = p.org_id and g.id = t.tax_position_id
           left join payment_terms y on y.org_id = p.org_id and y.id = t.payment_term_id
           left join tax_positions h on h.org_id = p.org_id and h.id = tax_position_of(p.org_id, p.id)
           where p.org_id = $1 and p.id = $2"#,
        org,
        party,
        today
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("party"))?;
    let control = CreditControl::of(row.credit_control.as_deref());
    let limit = row.credit_limit.map(|minor| Limit {
        minor,
        currency: row.currency.unwrap_or_else(|| cx.currency().to_owned()),
        rate: row.rate,
        control,
    });
    Ok(PartyTermsView {
        credit_control: control,
        no_dunning: row.no_dunning == Some(true),
        credit: limit.map(|limit| Credit::new(cx, &limit, row.used.unwrap_or_default())).transpose()?,
        party: PartyName { id: party, number: row.number, name: row.name },
        tax_position: row.given.map(Named::from),
        holds: row.holds.map(Named::from),
        payment_terms: row.terms.map(Named::from),
    })
}
