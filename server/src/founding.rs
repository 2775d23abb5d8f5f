//! What exists before the first call: the organisation, its first people, its chart of accounts and tax codes. Written as
//! the owner, since nobody is there yet who could ask an operation; recorded as a call all the same.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};
use steward_accounting::accounts::charts::Chart;
use steward_accounting::fiscal_years::calendar::{self, Calendar};
use steward_tools::{Clock, Result, name_key};
use uuid::Uuid;

/// A company to found.
pub(crate) struct Company<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) zone: &'a str,
    /// E-mail, name, role.
    pub(crate) people: &'a [(&'a str, &'a str, &'a str)],
    /// Who is recorded as having set it up.
    pub(crate) admin: &'a str,
    /// Everybody's password; without one they need a link.
    pub(crate) hash: Option<&'a str>,
    pub(crate) today: NaiveDate,
    /// The month in which its fiscal years begin: 1 is January.
    pub(crate) fiscal_year_start: u32,
    /// The accounts it begins with.
    pub(crate) chart: Chart,
}

/// Code, name, rate, whether lines get it unless told.
const TAX_CODES: [(&str, &str, i64, bool); 3] =
    [("STD", "Standard rate 20 %", 20, true), ("RED", "Reduced rate 10 %", 10, false), ("ZERO", "Zero rate", 0, false)];

/// Whether an organisation of this code exists.
pub(crate) async fn exists(owner: &PgPool, code: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(r#"select exists (select from organizations where code = $1) as "exists!""#, code)
        .fetch_one(owner)
        .await?;
    Ok(found)
}

/// Founds a company, recorded as one call of its administrator. Answers its id.
pub(crate) async fn found(tx: &mut PgConnection, company: &Company<'_>) -> Result<Uuid> {
    let (org, call, now) = (Uuid::now_v7(), begin(tx).await?, Clock::fixed(Some(company.today)).now());
    sqlx::query!(
        "insert into organizations (id, code, name, currency, zone, created_at) values ($1, $2, $3, $4, $5, $6)",
        org,
        company.code,
        company.name,
        company.currency,
        company.zone,
        now
    )
    .execute(&mut *tx)
    .await?;
    for person in company.people {
        add_person(tx, org, *person, None, company).await?;
    }
    chart(tx, org, company).await?;
    calendar::found(tx, org, now, &Calendar::around(company.today, company.fiscal_year_start)).await?;
    record(tx, org, call, company, "The company was set up.").await?;
    Ok(org)
}

/// Adds somebody who stands for a party.
pub(crate) async fn add_outsider(
    owner: &PgPool,
    company: &Company<'_>,
    person: (&str, &str, &str),
    party: Uuid,
) -> Result<()> {
    let mut tx = owner.begin().await?;
    let call = begin(&mut tx).await?;
    let org =
        sqlx::query_scalar!("select id from organizations where code = $1", company.code).fetch_one(&mut *tx).await?;
    add_person(&mut tx, org, person, Some(party), company).await?;
    record(&mut tx, org, call, company, "Somebody was let in.").await?;
    tx.commit().await?;
    Ok(())
}

/// A call of its own, which the database writes beside every row.
async fn begin(tx: &mut PgConnection) -> Result<Uuid> {
    let call = Uuid::now_v7();
    sqlx::query!("select set_config('steward.call', $1, true)", call.to_string()).fetch_one(tx).await?;
    Ok(call)
}

async fn record(tx: &mut PgConnection, org: Uuid, call: Uuid, company: &Company<'_>, sentence: &str) -> Result<()> {
    sqlx::query!(
        "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at)
         select $1, $2, $2, 0, u.id, 'cli', false, 'founding', 'system.setup', 'write', '{}', '{}', $5, $3
         from users u where u.org_id = $1 and u.email = $4",
        org, call, Clock::fixed(Some(company.today)).now(), company.admin, sentence
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn add_person(
    connection: &mut PgConnection,
    org: Uuid,
    (email, name, role): (&str, &str, &str),
    party: Option<Uuid>,
    company: &Company<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into users (org_id, id, email, name, password_hash, roles, party_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org, Uuid::now_v7(), email, name, company.hash, &[role.to_owned()], party, Clock::noon(company.today)
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn chart(connection: &mut PgConnection, org: Uuid, company: &Company<'_>) -> Result<()> {
    let now = Clock::noon(company.today);
    sqlx::query!("call found_journals($1, $2)", org, now).execute(&mut *connection).await?;
    sqlx::query!("call found_payment_terms($1, $2)", org, now).execute(&mut *connection).await?;
    sqlx::query!("call found_dunning_levels($1, $2)", org, now).execute(&mut *connection).await?;
    let mut headings: BTreeMap<String, Uuid> = BTreeMap::new();
    for account in company.chart.accounts()? {
        let id = Uuid::now_v7();
        sqlx::query!(
            "insert into accounts (org_id, id, code, name, name_key, type, purpose, control, parent_id, heading, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, case when $7 in ('receivable', 'payable') then $7 end, $8, $9, $10, $10)",
            org,
            id,
            account.code,
            account.name,
            name_key(&account.name),
            account.r#type,
            account.purpose,
            account.parent.as_ref().and_then(|parent| headings.get(parent)),
            account.is_heading(),
            now
        )
        .execute(&mut *connection)
        .await?;
        if account.is_heading() {
            headings.insert(account.code, id);
        }
    }
    for (code, name, rate, is_default) in TAX_CODES {
        sqlx::query!(
            "with code as (
                 insert into tax_codes (org_id, id, code, name, account_id, input_account_id, is_default, created_at, updated_at)
                 select $1, $2, $3, $4, a.id, i.id, $6, $7, $7 from accounts a
                 left join accounts i on i.org_id = $1 and i.purpose = 'input_tax' where a.org_id = $1 and a.purpose = 'tax')
             insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at) values ($1, $8, $2, '1900-01-01', $5::bigint::numeric, $7)",
            org, Uuid::now_v7(), code, name, rate, is_default, now, Uuid::now_v7()
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
