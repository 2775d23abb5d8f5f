//! Where a party is paid. Whoever may change this may send money anywhere: it takes a second pair of eyes.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::parts::{Part, identify, not_too_many, required, text};
use super::{countries, iban};

/// A bank account of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct BankAccount {
    /// Its id: given, that account is changed; left out, it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// In whose name it is. The party's own name unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub holder: Option<String>,
    /// The IBAN; its check digits are proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50))]
    pub iban: Option<String>,
    /// Where there is no IBAN: the number of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub account_number: Option<String>,
    /// Where there is no IBAN: the code of the bank or branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub bank_code: Option<String>,
    /// The bank's BIC (SWIFT code).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub bic: Option<String>,
    /// The currency of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
}

impl Part for BankAccount {
    const TABLE: &'static str = "party_bank_accounts";
    const FIELD: &'static str = "bank_accounts";
    const NOUN: &'static str = "bank account";
    fn id(&mut self) -> &mut Option<Uuid> {
        &mut self.id
    }
}

impl fmt::Display for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = match (&self.iban, &self.account_number, &self.bank_code) {
            (Some(iban), ..) => in_fours(iban),
            (None, Some(number), Some(bank)) => format!("{number} at bank {bank}"),
            _ => "–".to_owned(),
        };
        f.write_str(&number)?;
        for extra in [&self.bic, &self.currency, &self.holder].into_iter().flatten() {
            write!(f, ", {extra}")?;
        }
        Ok(())
    }
}

/// As banks print it, so that people can compare it.
fn in_fours(iban: &str) -> String {
    let chars: Vec<char> = iban.chars().collect();
    chars.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn checked(given: Vec<BankAccount>, name: &str) -> Result<Vec<BankAccount>> {
    not_too_many(&given)?;
    let mut seen = BTreeSet::new();
    let account = |(i, account): (usize, BankAccount)| {
        let at = |field: &str| format!("/{}/{i}/{field}", BankAccount::FIELD);
        let bare = |value: Option<String>| text(value).map(|v| v.split_whitespace().collect::<String>().to_uppercase());
        let account = BankAccount {
            id: account.id,
            holder: Some(required(account.holder.as_deref().unwrap_or(name), &at("holder"))?),
            iban: text(account.iban).map(|iban| iban::iban(&iban, &at("iban"))).transpose()?,
            account_number: bare(account.account_number),
            bank_code: bare(account.bank_code),
            bic: text(account.bic).map(|bic| iban::bic(&bic, &at("bic"))).transpose()?,
            currency: text(account.currency).map(|code| countries::currency(&code, &at("currency"))).transpose()?,
        };
        match (&account.iban, &account.account_number, &account.bank_code) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            _ => {
                let detail = "A bank account is an IBAN, or an account_number with a bank_code.";
                return Err(Refusal::invalid("bank_account_unclear", &at("iban"), detail).into());
            }
        }
        if !seen.insert((account.iban.clone(), account.account_number.clone(), account.bank_code.clone())) {
            return Err(Refusal::invalid("given_twice", &at("iban"), "This account is given twice.").into());
        }
        Ok(account)
    };
    given.into_iter().enumerate().map(account).collect()
}

/// Puts `given` in place of the bank accounts that were. Answers whether that changes anything.
pub(super) async fn replace(
    cx: &mut Cx,
    (party, name): (Uuid, &str),
    current: &mut Vec<BankAccount>,
    given: Vec<BankAccount>,
) -> Result<bool> {
    let mut given = checked(given, name)?;
    identify(cx, party, current, &mut given).await?;
    if given == *current {
        return Ok(false);
    }
    let org = cx.org();
    sqlx::query!(
        "with given as (
             select * from rows from (jsonb_to_recordset($3) as (id uuid, holder text, iban text, account_number text,
                 bank_code text, bic text, currency text))
                 with ordinality as g (id, holder, iban, account_number, bank_code, bic, currency, line_no)),
         gone as (delete from party_bank_accounts b where b.org_id = $1 and b.party_id = $2
             and not exists (select from given g where g.id = b.id))
         insert into party_bank_accounts as b (org_id, party_id, id, line_no, holder, iban, account_number, bank_code, bic, currency)
         select $1, $2, id, line_no, holder, iban, account_number, bank_code, bic, currency from given order by line_no
         on conflict (org_id, id) do update set line_no = excluded.line_no, holder = excluded.holder, iban = excluded.iban,
             account_number = excluded.account_number, bank_code = excluded.bank_code, bic = excluded.bic, currency = excluded.currency
         where b.party_id = $2 and b is distinct from excluded",
        org,
        party,
        json!(given)
    )
    .execute(cx.db())
    .await?;
    *current = given;
    Ok(true)
}
