//! The aims, and what came out.

use std::collections::BTreeMap;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::inside::Inside;
use crate::ledger::{Growth, MOST};
use crate::memory::Memory;
use crate::scenarios::{Scenario, Side};
use crate::statements::Said;

/// What one side did in all rounds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Speed {
    /// Turns a second, the median of the rounds.
    pub(crate) rate: f64,
    /// Milliseconds of a turn.
    pub(crate) median: f64,
    pub(crate) p99: f64,
    /// Milliseconds on a processor for a turn: of the server, and of PostgreSQL.
    pub(crate) server: f64,
    pub(crate) postgres: f64,
}

/// Steward as a part of bare SQL: in each round, then over the rounds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// One measure with so many clients.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) measure: &'static str,
    pub(crate) clients: usize,
    pub(crate) synchronous_commit: bool,
    pub(crate) steward: Speed,
    pub(crate) bare: BTreeMap<&'static str, Speed>,
    pub(crate) ratios: BTreeMap<&'static str, Ratio>,
    pub(crate) aim: Option<f64>,
}

/// How each kind of bare SQL is called here.
pub(crate) const fn bare_name(side: Side) -> &'static str {
    match side {
        Side::Steward => "steward",
        Side::Statements => "statements",
        Side::OneTrip => "one trip",
    }
}

/// The least part of bare SQL that was asked for. For writes bare SQL is statement by statement, for reads one round trip.
pub(crate) const fn aim(scenario: Scenario, clients: usize, synchronous_commit: bool) -> Option<f64> {
    match (scenario, clients, synchronous_commit) {
        (Scenario::PostInvoice, 4, false) => Some(0.4),
        (Scenario::PostInvoice, 1, true) => Some(0.7),
        (Scenario::Invoices | Scenario::Parties, 4, _) => Some(0.5),
        (Scenario::Party, 4, _) => Some(0.3),
        _ => None,
    }
}

/// What the processes are like.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Process {
    /// Milliseconds from the start of the process to ready, the private PostgreSQL running already.
    pub(crate) start_attached: f64,
    /// The same with the private PostgreSQL started as well.
    pub(crate) start_cold: f64,
    pub(crate) idle: Memory,
    pub(crate) loaded: Memory,
    pub(crate) postgres_loaded: u64,
}

/// Everything.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) written: BTreeMap<&'static str, Vec<(String, i64)>>,
    pub(crate) statements: Vec<Said>,
    pub(crate) growth: Vec<Growth>,
    pub(crate) inside: Option<Inside>,
    pub(crate) process: Process,
    pub(crate) faults_in_books: Vec<String>,
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "NOT MET" }
}

fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header);
    table.add_rows(rows);
    table.to_string()
}

impl Report {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![self.machine.clone()];
        if !self.rows.is_empty() {
            parts.push(self.speeds());
        }
        if !self.growth.is_empty() {
            parts.push(self.growing());
        }
        for (measure, written) in &self.written {
            let tables: Vec<String> = written.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
            parts.push(format!("{measure} writes, bare and Steward alike: {}.", tables.join(", ")));
        }
        parts.extend(self.statements.iter().map(said));
        parts.push(self.others());
        parts.join("\n\n")
    }

    fn speeds(&self) -> String {
        let speed = |speed: Option<&Speed>| speed.map_or_else(String::new, |s| format!("{:.0}", s.rate));
        let ratio = |ratio: Option<&Ratio>| {
            ratio.map_or_else(String::new, |r| format!("{:.2} ({:.2}–{:.2})", r.median, r.least, r.most))
        };
        let rows = self.rows.iter().map(|row| {
            let judged = row.ratios.get("statements").or(row.ratios.get("one trip"));
            let aim = row
                .aim
                .zip(judged)
                .map_or_else(String::new, |(aim, ratio)| format!("≥ {aim} {}", met(ratio.median >= aim)));
            vec![
                row.measure.to_owned(),
                row.clients.to_string(),
                (if row.synchronous_commit { "on" } else { "off" }).to_owned(),
                speed(Some(&row.steward)),
                format!("{:.1} / {:.1}", row.steward.median, row.steward.p99),
                format!("{:.2} + {:.2}", row.steward.server, row.steward.postgres),
                speed(row.bare.get("statements")),
                speed(row.bare.get("one trip")),
                row.bare.values().next().map_or_else(String::new, |bare| format!("{:.2}", bare.postgres)),
                ratio(row.ratios.get("statements")),
                ratio(row.ratios.get("one trip")),
                aim,
            ]
        });
        let header = [
            "measure",
            "clients",
            "sync",
            "Steward /s",
            "ms p50 / p99",
            "CPU ms server + PG",
            "statements /s",
            "one trip /s",
            "CPU ms PG",
            "of statements",
            "of one trip",
            "aim",
        ];
        table(&header, rows)
    }

    /// Reports over 10,000, 100,000 and 1,000,000 lines.
    fn growing(&self) -> String {
        let three = |took: &[f64; 3]| took.map(|took| format!("{took:.1}"));
        let rows = self.growth.iter().map(|growth| {
            let mut row = vec![growth.report.to_owned()];
            row.extend(three(&growth.took));
            row.push(growth.bare.as_ref().map_or_else(String::new, |bare| three(bare).join(" / ")));
            row.push(format!("≤ {MOST:.0} ms {}", met(growth.took[2] <= MOST)));
            row
        });
        let header = ["report, warm, ms", "10k lines", "100k", "1M", "bare sum of the lines", "aim"];
        table(&header, rows)
    }

    fn others(&self) -> String {
        let mut rows = Vec::new();
        let mut add = |what: &str, value: String, aim: &str, reached: Option<bool>| {
            rows.push(vec![what.to_owned(), value, format!("{aim} {}", reached.map_or("", met))]);
        };
        if let Some(Inside { policy, first_steps_of_plan, first_steps_of_read }) = &self.inside {
            let took = |took: &crate::inside::Took| format!("{:.0} µs (p99 {:.0})", took.median, took.p99);
            add("policy decision, in process", took(policy), "", None);
            add(
                "who, shape, may of create+post",
                took(first_steps_of_plan),
                "≤ 100 µs",
                Some(first_steps_of_plan.median <= 100.0),
            );
            add(
                "who, shape, may of a read",
                took(first_steps_of_read),
                "≤ 100 µs",
                Some(first_steps_of_read.median <= 100.0),
            );
        }
        for said in &self.statements {
            let what = format!("round trips beside run: {}", said.measure);
            add(&what, format!("{:.1} of {:.1}", said.beside_run, said.trips), "≤ 3", Some(said.beside_run <= 3.05));
        }
        let process = &self.process;
        if process.start_attached > 0.0 {
            add(
                "start, PostgreSQL running",
                format!("{:.0} ms", process.start_attached),
                "≤ 1 s",
                Some(process.start_attached <= 1000.0),
            );
            add(
                "start, with the private PostgreSQL",
                format!("{:.0} ms", process.start_cold),
                "≤ 1 s",
                Some(process.start_cold <= 1000.0),
            );
            add(
                "memory, idle",
                format!("{} MB", process.idle.resident),
                "≤ 120 MB",
                Some(process.idle.resident <= 120),
            );
            add(
                "memory, after the load",
                format!("{} MB (most {} MB)", process.loaded.resident, process.loaded.peak),
                "",
                None,
            );
            add("memory of PostgreSQL, after the load", format!("{} MB", process.postgres_loaded), "", None);
        }
        let books = if self.faults_in_books.is_empty() { "clean".to_owned() } else { self.faults_in_books.join("; ") };
        add("the books afterwards", books, "", None);
        table(&["measure", "value", "aim"], rows)
    }
}

fn said(said: &Said) -> String {
    let rows = said.statements.iter().take(25).map(|statement| {
        vec![
            format!("{:.2}", statement.calls),
            format!("{:.0}", statement.mean),
            (if statement.of_gate { "gate" } else { "run" }).to_owned(),
            statement.text.chars().take(110).collect(),
        ]
    });
    let head = format!(
        "{}: {:.1} round trips a turn, {:.1} of them the gate's own, {:.0} µs in the database",
        said.measure, said.trips, said.beside_run, said.in_database
    );
    format!("{head}\n{}", table(&["a turn", "µs each", "whose", "statement"], rows))
}
