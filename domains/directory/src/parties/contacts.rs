//! The people to speak to at a party.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::checked_email;
use super::parts::{Part, identify, not_too_many, one_of_each, required, text};

/// Somebody at a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Contact {
    /// Their id: given, that contact is changed; left out, it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Their name.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What they do there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub position: Option<String>,
    /// Their own e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub email: Option<String>,
    /// Their own phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50))]
    pub phone: Option<String>,
    /// Whether to speak to them first. The first one is, unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

impl Part for Contact {
    const TABLE: &'static str = "party_contacts";
    const FIELD: &'static str = "contacts";
    const NOUN: &'static str = "contact";
    fn id(&mut self) -> &mut Option<Uuid> {
        &mut self.id
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for extra in [&self.position, &self.email, &self.phone].into_iter().flatten() {
            write!(f, ", {extra}")?;
        }
        Ok(())
    }
}

fn checked(given: Vec<Contact>) -> Result<Vec<Contact>> {
    not_too_many(&given)?;
    let marks: Vec<((), bool)> = given.iter().map(|contact| ((), contact.primary == Some(true))).collect();
    let primary = one_of_each(&marks, Contact::FIELD, "primary")?;
    let contact = |(i, (contact, primary)): (usize, (Contact, bool))| {
        Ok(Contact {
            id: contact.id,
            name: required(&contact.name, &format!("/{}/{i}/name", Contact::FIELD))?,
            position: text(contact.position),
            email: text(contact.email)
                .map(|email| checked_email(&email, &format!("/{}/{i}/email", Contact::FIELD)))
                .transpose()?,
            phone: text(contact.phone),
            primary: Some(primary),
        })
    };
    given.into_iter().zip(primary).enumerate().map(contact).collect()
}

/// Puts `given` in place of the contacts that were. Answers whether that changes anything.
pub(super) async fn replace(cx: &mut Cx, party: Uuid, current: &mut Vec<Contact>, given: Vec<Contact>) -> Result<bool> {
    let mut given = checked(given)?;
    identify(cx, party, current, &mut given).await?;
    if given == *current {
        return Ok(false);
    }
    let org = cx.org();
    sqlx::query!(
        r#"with given as (
               select * from rows from (jsonb_to_recordset($3) as (id uuid, name text, position text, email text, phone text,
                   "primary" boolean)) with ordinality as g (id, name, position, email, phone, is_primary, line_no)),
           gone as (delete from party_contacts c where c.org_id = $1 and c.party_id = $2
               and not exists (select from given g where g.id = c.id))
           insert into party_contacts as c (org_id, party_id, id, line_no, name, position, email, phone, is_primary)
           select $1, $2, id, line_no, name, position, email, phone, is_primary from given order by line_no
           on conflict (org_id, id) do update set line_no = excluded.line_no, name = excluded.name,
               position = excluded.position, email = excluded.email, phone = excluded.phone, is_primary = excluded.is_primary
           where c.party_id = $2 and c is distinct from excluded"#,
        org,
        party,
        json!(given)
    )
    .execute(cx.db())
    .await?;
    *current = given;
    Ok(true)
}
