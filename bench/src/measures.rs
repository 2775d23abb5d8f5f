//! The run: sample data, server, rounds, report.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use indicatif::ProgressBar;
use steward_engines::postgres::{DATABASE, Login};

use crate::cluster::Cluster;
use crate::load::{Crew, quantile, window};
use crate::proxy::Proxy;
use crate::report::{Process, Ratio, Report, Row, Speed, aim, bare_name};
use crate::scenarios::{Scenario, Side, World};
use crate::server::Server;
use crate::statements::Said;
use crate::{Args, Result, inside, ledger, memory, say, server, statements};

const WARM_UP: Duration = Duration::from_millis(150);

/// Everything that is asked for.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(120));
    let tell = |text: &str| bar.set_message(text.to_owned());
    tell("opening the private PostgreSQL");
    let cluster = Cluster::open(&args.data).await?;
    let done = prepared(args, cluster, &bar).await;
    bar.finish_and_clear();
    let report = done?;
    say(&report.text());
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

async fn prepared(args: &Args, cluster: Cluster, bar: &ProgressBar) -> Result<Report> {
    let binary = server::binary(args)?;
    let tell = |text: &str| bar.set_message(text.to_owned());
    cluster.prepare(args, &tell).await?;
    let data = cluster.data.clone();
    let mut report = Report { machine: machine(args), ..Report::default() };
    let cluster = if args.wants("start") {
        tell("starting the server again and again");
        starts(&binary, &data, cluster, &mut report.process).await?
    } else {
        cluster
    };
    let server = Server::start(&binary, &data).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    report.process.idle = memory::of(server.pid());
    let done = measured(args, &cluster, &server, bar, &mut report).await;
    let stopped = server.stop().await;
    if done.is_ok() && args.only.is_empty() {
        tell("checking the books");
        report.faults_in_books = faults(&cluster).await?;
    }
    cluster.stop().await?;
    done?;
    stopped?;
    Ok(report)
}

async fn measured(
    args: &Args,
    cluster: &Cluster,
    server: &Server,
    bar: &ProgressBar,
    report: &mut Report,
) -> Result<()> {
    let mut world = World::new(cluster, server, args).await?;
    world.learn().await?;
    if args.wants("inside") {
        bar.set_message("in this process");
        report.inside = Some(inside::measure(&world, args).await?);
    }
    if args.wants("reports as the ledger grows") {
        report.growth = ledger::measure(cluster, &world, args, bar).await?;
    }
    report.statements = said(args, cluster, bar).await?;
    for scenario in Scenario::ALL.into_iter().filter(|scenario| args.wants(scenario.name())) {
        bar.set_message(format!("{}: what is written", scenario.name()));
        if matches!(scenario, Scenario::PostInvoice | Scenario::CreateParty) {
            report.written.insert(scenario.name(), world.rows_written(scenario).await?);
        }
        for synchronous_commit in if scenario.commits() { vec![false, true] } else { vec![true] } {
            cluster.set("synchronous_commit", if synchronous_commit { "on" } else { "off" }).await?;
            for clients in clients(args, scenario) {
                bar.set_message(format!(
                    "{}: {clients} clients, synchronous_commit {synchronous_commit}",
                    scenario.name()
                ));
                let row = measure(args, &mut world, scenario, clients, synchronous_commit).await?;
                report.rows.push(row);
            }
        }
        cluster.set("synchronous_commit", "on").await?;
    }
    report.process.loaded = memory::of(server.pid());
    report.process.postgres_loaded = memory::of_all(&cluster.processes().await?);
    Ok(())
}

/// One client has no rival for a number; a quick run looks at 16 clients only where writing is concerned.
fn clients(args: &Args, scenario: Scenario) -> Vec<usize> {
    let keep = |clients: &usize| match scenario {
        Scenario::PostInvoice => true,
        Scenario::PostInvoiceOneCompany => *clients > 1,
        Scenario::Aged => *clients < 16,
        _ => !args.quick || *clients < 16 || !args.clients.is_empty(),
    };
    args.clients().into_iter().filter(keep).collect()
}

/// What is said to the database, by a second server whose connections go through a counting proxy.
async fn said(args: &Args, cluster: &Cluster, bar: &ProgressBar) -> Result<Vec<Said>> {
    let proxy = Proxy::before(cluster.socket().await?).await?;
    let database = cluster.url_at(proxy.address)?;
    let server = Server::start_before(&database, &server::binary(args)?, &cluster.data.join("counted")).await?;
    let mut world = World::new(cluster, &server, args).await?;
    let mut all = Vec::new();
    for scenario in Scenario::ALL.into_iter().filter(|s| args.wants(s.name()) && *s != Scenario::PostInvoiceOneCompany)
    {
        bar.set_message(format!("{}: what is said to the database", scenario.name()));
        all.push(statements::count(&mut world, &proxy, scenario).await?);
    }
    server.stop().await?;
    Ok(all)
}

async fn measure(
    args: &Args,
    world: &mut World<'_>,
    scenario: Scenario,
    clients: usize,
    synchronous_commit: bool,
) -> Result<Row> {
    let mut crews = Vec::new();
    for side in scenario.sides() {
        let mut crew = world.crew(scenario, *side, clients).await?;
        window(&mut crew, WARM_UP).await?;
        crews.push(Played { side: *side, crew, rates: Vec::new(), took: Vec::new(), server: 0.0, postgres: 0.0 });
    }
    let (server, postgres) = ([world.server], world.cluster.processes().await?);
    for _ in 0..args.rounds() {
        for played in &mut crews {
            let before = (memory::worked(&server), memory::worked(&postgres));
            let sample = window(&mut played.crew, args.window()).await?;
            played.server += memory::worked(&server) - before.0;
            played.postgres += memory::worked(&postgres) - before.1;
            played.rates.push(sample.rate);
            played.took.extend(sample.took.iter().map(|took| took.as_secs_f64() * 1e3));
        }
    }
    let ours = crews.pop().ok_or("nobody worked for Steward")?;
    let (mut bare, mut ratios) = (BTreeMap::new(), BTreeMap::new());
    for played in crews {
        let mut parts: Vec<f64> = ours.rates.iter().zip(&played.rates).map(|(ours, bare)| ours / bare).collect();
        let ratio = Ratio {
            median: quantile(&mut parts, 0.5),
            least: quantile(&mut parts, 0.0),
            most: quantile(&mut parts, 1.0),
        };
        ratios.insert(bare_name(played.side), ratio);
        bare.insert(bare_name(played.side), played.speed());
    }
    let aim = aim(scenario, clients, synchronous_commit);
    Ok(Row { measure: scenario.name(), clients, synchronous_commit, steward: ours.speed(), bare, ratios, aim })
}

/// What a side did in its windows; Steward is the last of them.
struct Played {
    side: Side,
    crew: Crew,
    rates: Vec<f64>,
    took: Vec<f64>,
    /// Microseconds on a processor: the server, and PostgreSQL.
    server: f64,
    postgres: f64,
}

impl Played {
    fn speed(mut self) -> Speed {
        let turns = self.took.len() as f64 * 1e3;
        Speed {
            rate: quantile(&mut self.rates, 0.5),
            median: quantile(&mut self.took, 0.5),
            p99: quantile(&mut self.took, 0.99),
            server: if self.side == Side::Steward { self.server / turns } else { 0.0 },
            postgres: self.postgres / turns,
        }
    }
}

/// How long a start takes, on this database: with the cluster's own start, and beside a cluster that runs.
async fn starts(binary: &Path, data: &Path, cluster: Cluster, process: &mut Process) -> Result<Cluster> {
    const STARTS: usize = 3;
    cluster.stop().await?;
    let (mut cold, mut attached) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = Server::start(binary, data).await?;
        cold.push(server.started_in.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    let cluster = Cluster::open(data).await?;
    for _ in 0..STARTS {
        let server = Server::start(binary, data).await?;
        attached.push(server.started_in.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    process.start_cold = quantile(&mut cold, 0.5);
    process.start_attached = quantile(&mut attached, 0.5);
    Ok(cluster)
}

async fn faults(cluster: &Cluster) -> Result<Vec<String>> {
    let owner = sqlx::PgPool::connect_with(cluster.options(Login::Owner, DATABASE)).await?;
    let found = steward_server::faults_in_books(&owner).await?;
    owner.close().await;
    let faults = found.into_iter().filter(|(_, faults)| !faults.is_empty());
    Ok(faults
        .map(|(check, faults)| format!("{check}: {}, {}", faults.len(), faults.first().cloned().unwrap_or_default()))
        .collect())
}

fn machine(args: &Args) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{} {}, {cores} cores; {} open invoices and parties; {} rounds of {} ms a side, taking turns.",
        std::env::consts::OS,
        std::env::consts::ARCH,
        args.rows,
        args.rounds(),
        args.window().as_millis()
    )
}
