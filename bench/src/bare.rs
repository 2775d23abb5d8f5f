//! Bare SQL: what somebody would write by hand for the very same rows. Either statement by statement, each awaited, or all of
//! them in one function and one round trip (`sql/bare.sql`). As the application role, under row-level security, with every
//! trigger of the schema; one connection a client, every statement prepared.

use chrono::Utc;
use futures::future::BoxFuture;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::Result;
use crate::cluster::Company;
use crate::dice::Dice;
use crate::load::Turn;
use crate::scenarios::{Documents, Scenario};
use crate::statement::{New, draft, enter, entry, numbers, record};

/// One client with a connection of its own.
pub(crate) struct Bare {
    pub(crate) connection: PgConnection,
    pub(crate) company: Company,
    pub(crate) documents: Documents,
    pub(crate) dice: Dice,
    pub(crate) scenario: Scenario,
    /// Everything in one round trip.
    pub(crate) at_once: bool,
}

fn ids(n: usize) -> Vec<Uuid> {
    (0..n).map(|_| Uuid::now_v7()).collect()
}

impl Turn for Bare {
    fn turn(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            match (self.scenario, self.at_once) {
                (Scenario::PostInvoice | Scenario::PostInvoiceOneCompany, true) => self.post_at_once().await,
                (Scenario::PostInvoice | Scenario::PostInvoiceOneCompany, false) => self.post(false).await,
                (Scenario::PreviewInvoice, _) => self.post(true).await,
                (Scenario::CreateParty, true) => self.party_at_once().await,
                (Scenario::CreateParty, false) => self.create_party().await,
                (Scenario::Party, _) => self.read("select * from bench.party($1, $2, $3)", 1).await,
                (Scenario::Parties, _) => self.read("select * from bench.parties($1, $2, $3)", 50).await,
                (Scenario::Invoices, _) => self.read("select * from bench.invoices($1, $2, $3, $4)", 50).await,
                (Scenario::Aged, _) => self.read("select * from bench.aged($1, $2, $3)", 1).await,
            }
        })
    }
}

impl Bare {
    fn new_invoice(&mut self) -> New {
        New {
            calls: ids(2),
            customer: self.dice.customer(),
            invoice: Uuid::now_v7(),
            lines: ids(3),
            entry: Uuid::now_v7(),
            legs: ids(3),
            key: Uuid::now_v7().to_string(),
        }
    }

    async fn post_at_once(&mut self) -> Result<()> {
        let (new, company) = (self.new_invoice(), &self.company);
        sqlx::query("select bench.post_invoice($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
            .bind(company.org)
            .bind(company.accountant)
            .bind(new.calls)
            .bind(new.customer)
            .bind(new.invoice)
            .bind(new.lines)
            .bind(new.entry)
            .bind(new.legs)
            .bind(&company.accounts)
            .bind(company.tax_code)
            .bind(new.key)
            .bind(&self.documents.invoice)
            .bind(&self.documents.invoice_sentences)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Eight round trips: begin, six statements, commit.
    async fn post(&mut self, preview: bool) -> Result<()> {
        let (new, company, now) = (self.new_invoice(), self.company.clone(), Utc::now());
        let day = now.date_naive();
        let mut tx = self.connection.begin().await?;
        enter(&mut tx, &company, company.accountant, new.calls[0]).await?;
        draft(&mut tx, &company, &new, now).await?;
        let [inv, je] = numbers(&mut tx, company.org, day, new.calls[1], preview).await?;
        entry(&mut tx, &company, &new, (&inv, &je), now).await?;
        sqlx::query(
            "with posted as (
                 update invoices set status = 'posted', number = $3, entry_id = $4, version = version + 1, updated_at = $5
                 where org_id = $1 and id = $2)
             insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
             values ($1, gen_random_uuid(), $2, $6, 20, false, 60650, 12130, 60650, 12130)",
        )
        .bind(company.org)
        .bind(new.invoice)
        .bind(&inv)
        .bind(new.entry)
        .bind(now)
        .bind(company.tax_code)
        .execute(&mut *tx)
        .await?;
        if preview {
            sqlx::query("set constraints all immediate").execute(&mut *tx).await?;
            return Ok(tx.rollback().await?);
        }
        record(&mut tx, &company, &new, &self.documents, now).await?;
        Ok(tx.commit().await?)
    }

    async fn party_at_once(&mut self) -> Result<()> {
        sqlx::query("select bench.create_party($1, $2, $3, $4, $5, $6, $7)")
            .bind(self.company.org)
            .bind(self.company.sales)
            .bind(Uuid::now_v7())
            .bind(Uuid::now_v7())
            .bind(self.dice.name())
            .bind(&self.documents.party)
            .bind(&self.documents.party_sentence)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Five round trips: begin, three statements, commit.
    async fn create_party(&mut self) -> Result<()> {
        let (call, name, company) = (Uuid::now_v7(), self.dice.name(), self.company.clone());
        let mut tx = self.connection.begin().await?;
        enter(&mut tx, &company, company.sales, call).await?;
        sqlx::query(
            "with s as (
                 insert into number_series as s (org_id, series, year, last) values ($1, 'P', 0, 1)
                 on conflict (org_id, series, year) do update set last = s.last + 1 returning last)
             insert into parties (org_id, id, number, name, name_key, skeleton, kinds, email, created_at, updated_at)
             select $1, $2, 'P-' || lpad(last::text, greatest(5, length(last::text)), '0'), $3, lower($3), lower($3), array['customer'],
                 'a@b.example', now(), now() from s returning number",
        )
        .bind(company.org)
        .bind(Uuid::now_v7())
        .bind(name)
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query(
            "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, undo, created_at)
             values ($1, $2, $2, 0, $3, 'rest', false, 'bare', 'directory.parties.create', 'write', $4, $5, $6, $7, now())",
        )
        .bind(company.org)
        .bind(call)
        .bind(company.sales)
        .bind(&self.documents.party[0])
        .bind(&self.documents.party[1])
        .bind(&self.documents.party_sentence)
        .bind(&self.documents.party[2])
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// One round trip: the settings and the query in one function.
    async fn read(&mut self, sql: &'static str, at_least: usize) -> Result<()> {
        let (from, to) = self.dice.month();
        let who = if self.scenario == Scenario::Party { self.company.sales } else { self.company.accountant };
        let asked = sqlx::query(sql).bind(self.company.org).bind(who);
        let asked = match self.scenario {
            Scenario::Party => asked.bind(self.dice.customer()),
            Scenario::Parties => asked.bind(self.dice.kind()),
            Scenario::Invoices => asked.bind(from).bind(to),
            _ => asked.bind(Utc::now().date_naive()),
        };
        let rows = asked.fetch_all(&mut self.connection).await?;
        if rows.len() < at_least {
            return Err(format!("{sql} found {} rows", rows.len()).into());
        }
        Ok(())
    }
}
