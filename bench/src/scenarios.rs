//! What is measured, and the clients that do it.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use steward_engines::postgres::Login;
use uuid::Uuid;

use crate::bare::Bare;
use crate::client::Client;
use crate::cluster::{Cluster, Company};
use crate::dice::Dice;
use crate::http::Connection;
use crate::load::Crew;
use crate::server::Server;
use crate::{Args, Result};

/// One thing that people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// An invoice of three lines drafted and posted in one plan; each client works for a company of its own.
    PostInvoice,
    /// The same, all clients for one company: its number series is the bottleneck.
    PostInvoiceOneCompany,
    /// What that would do, without doing it.
    PreviewInvoice,
    /// A new customer.
    CreateParty,
    /// One party with its addresses and contacts.
    Party,
    /// Fifty customers or vendors, by name.
    Parties,
    /// Fifty posted invoices of a month.
    Invoices,
    /// Who owes how much for how long.
    Aged,
}

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Steward, over HTTP.
    Steward,
    /// Bare SQL, statement by statement.
    Statements,
    /// Bare SQL in one round trip.
    OneTrip,
}

impl Scenario {
    pub(crate) const ALL: [Self; 8] = [
        Self::PostInvoice,
        Self::PostInvoiceOneCompany,
        Self::PreviewInvoice,
        Self::CreateParty,
        Self::Party,
        Self::Parties,
        Self::Invoices,
        Self::Aged,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PostInvoice => "create+post invoice",
            Self::PostInvoiceOneCompany => "create+post, one company",
            Self::PreviewInvoice => "preview of create+post",
            Self::CreateParty => "create party",
            Self::Party => "point read (party)",
            Self::Parties => "list of parties",
            Self::Invoices => "list of invoices",
            Self::Aged => "aged receivables",
        }
    }

    pub(crate) const fn commits(self) -> bool {
        matches!(self, Self::PostInvoice | Self::PostInvoiceOneCompany | Self::CreateParty)
    }

    /// Who takes part; bare SQL previews only statement by statement, and reads in one round trip.
    pub(crate) const fn sides(self) -> &'static [Side] {
        match self {
            Self::PreviewInvoice => &[Side::Statements, Side::Steward],
            Self::Party | Self::Parties | Self::Invoices | Self::Aged => &[Side::OneTrip, Side::Steward],
            _ => &[Side::Statements, Side::OneTrip, Side::Steward],
        }
    }

    /// The person who does it.
    const fn role(self) -> &'static str {
        match self {
            Self::CreateParty | Self::Party | Self::Parties => "sales",
            _ => "accountant",
        }
    }

    /// Whether each client works for a company of its own.
    const fn spreads(self) -> bool {
        matches!(self, Self::PostInvoice | Self::PreviewInvoice | Self::CreateParty)
    }
}

/// What the calls of Steward keep beside the business rows: bare SQL keeps documents of the same size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Documents {
    /// Input, output and undo of both calls, and the answer.
    pub(crate) invoice: Vec<Value>,
    pub(crate) invoice_sentences: Vec<String>,
    /// Input, output, undo.
    pub(crate) party: Vec<Value>,
    pub(crate) party_sentence: String,
}

/// Everything that clients need.
pub(crate) struct World<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) address: String,
    /// The server's process.
    pub(crate) server: u32,
    pub(crate) companies: Vec<Company>,
    pub(crate) documents: Documents,
    rows: u32,
    tokens: HashMap<(String, &'static str), String>,
}

impl<'a> World<'a> {
    pub(crate) async fn new(cluster: &'a Cluster, server: &Server, args: &Args) -> Result<Self> {
        let companies = cluster.companies().await?;
        let (documents, tokens) = Default::default();
        let (address, server) = (server.address.clone(), server.pid());
        Ok(Self { cluster, address, server, companies, documents, rows: args.rows, tokens })
    }

    /// The company of the n-th client: the big one, or a small one of its own.
    fn company(&self, scenario: Scenario, n: usize) -> &Company {
        if scenario.spreads() { &self.companies[1 + n % (self.companies.len() - 1)] } else { &self.companies[0] }
    }

    async fn token(&mut self, organization: &str, role: &'static str) -> Result<String> {
        let key = (organization.to_owned(), role);
        if let Some(token) = self.tokens.get(&key) {
            return Ok(token.clone());
        }
        let token = Connection::open(&self.address).await?.sign_in(organization, role).await?;
        self.tokens.insert(key, token.clone());
        Ok(token)
    }

    /// So many clients of one side.
    pub(crate) async fn crew(&mut self, scenario: Scenario, side: Side, clients: usize) -> Result<Crew> {
        let mut crew: Crew = Vec::with_capacity(clients);
        for n in 0..clients {
            let company = self.company(scenario, n).clone();
            let parties = if scenario.spreads() { 200 } else { self.rows };
            let dice = Dice::new(n, parties);
            if side == Side::Steward {
                let token = self.token(&company.code, scenario.role()).await?;
                let connection = Connection::open(&self.address).await?;
                crew.push(Box::new(Client { connection, token, dice, scenario }));
            } else {
                let connection = self.cluster.there(Login::App).await?;
                let documents = self.documents.clone();
                crew.push(Box::new(Bare {
                    connection,
                    company,
                    documents,
                    dice,
                    scenario,
                    at_once: side == Side::OneTrip,
                }));
            }
        }
        Ok(crew)
    }

    /// Does both writes once, and keeps what Steward wrote down of them.
    pub(crate) async fn learn(&mut self) -> Result<()> {
        for scenario in [Scenario::PostInvoice, Scenario::CreateParty] {
            for worker in &mut self.crew(scenario, Side::Steward, 1).await? {
                worker.turn().await?;
            }
        }
        let org = self.companies[1].org;
        let mut superuser = self.cluster.there(Login::Superuser).await?;
        let calls: Vec<(String, Value, Value, Option<Value>, String)> = sqlx::query_as(
            "select operation, input, output, undo, sentence from calls where org_id = $1 order by seq desc limit 3",
        )
        .bind(org)
        .fetch_all(&mut superuser)
        .await?;
        let answer: Value = sqlx::query_scalar("select answer from idempotency where org_id = $1 limit 1")
            .bind(org)
            .fetch_one(&mut superuser)
            .await?;
        for (operation, input, output, undo, sentence) in calls.into_iter().rev() {
            let three = [input, output, undo.unwrap_or_default()];
            if operation == "directory.parties.create" {
                (self.documents.party, self.documents.party_sentence) = (three.into(), sentence);
            } else {
                self.documents.invoice.extend(three);
                self.documents.invoice_sentences.push(sentence);
            }
        }
        self.documents.invoice.push(answer);
        Ok(())
    }

    /// The rows that one turn of each side writes, table by table: they must be the same.
    pub(crate) async fn rows_written(&mut self, scenario: Scenario) -> Result<Vec<(String, i64)>> {
        let org = self.companies[1].org;
        let mut superuser = self.cluster.there(Login::Superuser).await?;
        let mut first: Option<Vec<(String, i64)>> = None;
        for side in scenario.sides() {
            let mut crew = self.crew(scenario, *side, 1).await?;
            let before = counts(&mut superuser, org).await?;
            crew[0].turn().await?;
            let after = counts(&mut superuser, org).await?;
            let written: Vec<(String, i64)> = before
                .into_iter()
                .zip(after)
                .map(|((table, before), (_, after))| (table, after - before))
                .filter(|(_, rows)| *rows != 0)
                .collect();
            match &first {
                Some(first) if *first != written => {
                    return Err(format!(
                        "{}: {side:?} writes {written:?}, but {first:?} were written before",
                        scenario.name()
                    )
                    .into());
                }
                _ => first = Some(written),
            }
        }
        Ok(first.unwrap_or_default())
    }
}

async fn counts(connection: &mut PgConnection, org: Uuid) -> Result<Vec<(String, i64)>> {
    let sql = "select 'parties', count(*) from parties where org_id = $1
        union all select 'invoices', count(*) from invoices where org_id = $1
        union all select 'invoice_lines', count(*) from invoice_lines where org_id = $1
        union all select 'entries', count(*) from entries where org_id = $1
        union all select 'entry_lines', count(*) from entry_lines where org_id = $1
        union all select 'numbers drawn', coalesce(sum(last), 0)::bigint from number_series where org_id = $1
        union all select 'changes', count(*) from changes where org_id = $1
        union all select 'calls', count(*) from calls where org_id = $1
        union all select 'idempotency', count(*) from idempotency where org_id = $1";
    Ok(sqlx::query_as(sql).bind(org).fetch_all(connection).await?)
}
