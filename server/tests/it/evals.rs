//! The evals room, against the product through the stage that `steward eval` uses.

use std::sync::Arc;

use steward_engines::postgres::PrivatePostgres;
use steward_evals::{About, Plan, Record, Suite, Verdict, run};
use steward_server::config::Config;
use steward_server::{LocalStage, Played};

use crate::support::{self, TODAY, World};

/// One of each kind of turn, of the small company that all tests share.
const SUITE: &str = r#"
description: A sample of everything
tests:
  - description: a bill and another
    as: sales
    vars: {customer: [Globex Industries SE]}
    turns:
      - say: Invoice {{customer}} for 3 hours of consulting at 120
        expect: {calls: [{name: accounting.invoices.create, arguments: {customer: "{{customer}}", lines: [{description: consulting, quantity: 3.0, unit: hours, unit_price: "120.00"}]}}]}
      - say: make it 4 hours
        approve: true
        expect: {calls: [{name: accounting.invoices.create, arguments: {customer: "{{customer}}", lines: [{description: Consulting, quantity: "4", unit: hours, unit_price: "120"}]}}]}
      - say: undo that
        expect: {undone: true}
    forbidden: [accounting.invoices.post]
    state:
      - {read: accounting.invoices.list, arguments: {customer: "{{customer}}", status: draft}, holds: {items: []}}
  - description: a report
    turns:
      - say: trial balance
        expect: {calls: [{name: accounting.reports.trial_balance}]}
  - description: a name that nobody bears
    turns:
      - say: Invoice Akme for 2 desks at 549
        expect: {any: [{nothing: true}, {asks: true}]}
    forbidden: [accounting.invoices.create]
"#;

async fn stage(model: &str) -> LocalStage {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // the cluster of all tests runs once there is a world
    World::new().await;
    let folder = support::files_folder().parent().unwrap().to_owned();
    let cluster = Arc::new(PrivatePostgres::open(&folder).await.unwrap());
    let played = Played::named(model, &Config::private(&folder)).await.unwrap();
    LocalStage { cluster, template: "steward_template".into(), files: support::files(), today: TODAY, played }
}

async fn records(model: &str, suites: Vec<Suite>) -> Vec<Record> {
    let about = About { model: model.to_owned(), ..About::default() };
    run(&stage(model).await, &about, &Plan { jobs: 2, ..Plan::of(suites) }, &|_| ()).await.records
}

fn wrong(records: &[Record]) -> Vec<String> {
    records.iter().filter(|r| r.verdict != Verdict::Passed).map(|r| format!("{}: {:?}", r.test, r.wrong())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planner_passes_a_sample_of_everything() {
    let records = records("planner", vec![Suite::of("sample", SUITE).unwrap()]).await;
    assert_eq!((records.len(), wrong(&records)), (3, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_reached_is_an_error_and_no_failure() {
    let suite = Suite::of("s", "tests:\n- description: t\n  turns: [{say: hello, expect: {nothing: true}}]\n").unwrap();
    let mut config = Config::private(&support::files_folder());
    config.openai_base_url = Some("http://127.0.0.1:9/v1".to_owned());
    let played = Played::named("openai:nobody", &config).await.unwrap();
    let stage = LocalStage { played, ..stage("planner").await };
    let ran = run(&stage, &About::default(), &Plan::of(vec![suite]), &|_| ()).await;
    assert_eq!(ran.records[0].verdict, Verdict::Error, "{:?}", ran.records);
}

/// Tests that expect words alone may pass by accident; all others are failed, suite by suite.
#[tokio::test(flavor = "multi_thread")]
async fn the_saboteur_fails_every_suite() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../evals/suites");
    for entry in std::fs::read_dir(folder).unwrap() {
        let mut suite = Suite::read(&entry.unwrap().path()).unwrap();
        let words =
            |t: &steward_evals::suite::Turn| t.expect.as_ref().is_none_or(steward_evals::suite::Expect::words_do);
        suite.tests.retain(|test| !test.turns.iter().all(words));
        // a sample is enough to see that it is noticed
        suite.tests.truncate(8);
        let (name, all) = (suite.name.clone(), suite.tests.len());
        let records = records("saboteur", vec![suite]).await;
        let passed: Vec<_> = records.iter().filter(|r| r.verdict == Verdict::Passed).map(|r| r.test.as_str()).collect();
        assert!(passed.len() * 5 <= all, "{name}: the saboteur passed {passed:?} of {all}");
        assert!(
            records.iter().all(|r| r.verdict != Verdict::Error || r.problems[0].contains("the reference")),
            "{:?}",
            wrong(&records)
        );
    }
}
