//! `/metrics`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use futures::SinkExt as _;
use reqwest::{Method, StatusCode};
use serde_json::json;
use steward_server::compose;
use steward_surfaces::{Metrics, openapi};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::{ask, say};
use crate::http::{Server, body};

/// Series by name and labels, with their values.
type Series = BTreeMap<(String, Vec<(String, String)>), f64>;

/// Reads the text format strictly: each sample belongs to a family that was described and typed before it.
fn parsed(text: &str) -> Series {
    let (mut described, mut typed) = (BTreeSet::new(), BTreeMap::new());
    let mut series = Series::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(help.ends_with('.') && described.insert(name), "{line}");
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(described.contains(name) && typed.insert(name, kind).is_none(), "{line}");
            continue;
        }
        let (what, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) =
            what.split_once('{').map_or((what, ""), |(name, labels)| (name, labels.strip_suffix('}').unwrap()));
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .filter_map(|end| name.strip_suffix(end))
            .find(|f| typed.get(f) == Some(&"histogram"));
        let family = family.unwrap_or(name);
        assert!(typed.contains_key(family), "{line}");
        assert_eq!(typed[family] == "counter", name.ends_with("_total"), "{line}");
        let label = |pair: &str| {
            let (key, value) = pair.split_once("=\"").unwrap();
            (key.to_owned(), value.strip_suffix('"').unwrap().to_owned())
        };
        let labels = labels.split(',').filter(|pair| !pair.is_empty()).map(label).collect();
        let fresh = series.insert((name.to_owned(), labels), value.parse().unwrap()).is_none();
        assert!(fresh, "{line} stands twice");
    }
    series
}

async fn scrape(server: &Server) -> (String, Series) {
    let answer = server.client.get(format!("{}/metrics", server.url)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4");
    let text = answer.text().await.unwrap();
    let series = parsed(&text);
    (text, series)
}

fn value(series: &Series, name: &str, labels: &[(&str, &str)]) -> f64 {
    let labels: BTreeSet<(String, String)> = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let found = series.iter().find(|((n, l), _)| n == name && l.iter().cloned().collect::<BTreeSet<_>>() == labels);
    found.map_or(0.0, |(_, value)| *value)
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_by_group_surface_and_outcome() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let before = scrape(&Server::start().await).await.1;
    let party = |name: &str| Some(json!({"name": name, "kinds": ["customer"]}));
    let path = "/api/v1/directory/parties";
    ask(&server, "m1", Method::POST, path, &token, party("Gezählt GmbH")).await;
    ask(&server, "m2", Method::POST, &format!("{path}?dry_run=true"), &token, party("Gezeigt GmbH")).await;
    ask(&server, "m3", Method::POST, path, &token, Some(json!({}))).await;
    say(&server, "m4", &token, "create customer Gefragt GmbH").await;
    let (mut socket, _) = connect_async(format!("{}/api/v1/agent/ws", server.url.replace("http", "ws"))).await.unwrap();
    let signed_in = json!({"type": "auth", "token": token}).to_string();
    socket.send(Message::text(signed_in)).await.unwrap();
    let after = scrape(&server).await.1;
    assert!(value(&after, "steward_sockets_open", &[]) >= 1.0);
    let rose = |name: &str, labels: &[(&str, &str)]| value(&after, name, labels) - value(&before, name, labels);
    for (surface, outcome) in [("rest", "done"), ("rest", "preview"), ("rest", "refused"), ("agent", "needs_approval")]
    {
        let labels = [("group", "directory.write"), ("surface", surface), ("outcome", outcome)];
        assert!(rose("steward_calls_total", &labels) >= 1.0, "{surface} {outcome}");
    }
    assert!(rose("steward_call_seconds_count", &[("group", "directory.write")]) >= 4.0);
    let http = [("route", "directory.write"), ("method", "POST"), ("status_class", "2xx")];
    assert!(rose("steward_http_requests_total", &http) >= 2.0);

    let waiting = "select count(*)::float8 from approvals where status = 'pending'";
    let waiting: f64 = sqlx::query_scalar(waiting).fetch_one(&server.world.owner).await.unwrap();
    assert!(waiting >= 1.0);
    assert_eq!(value(&after, "steward_approvals_waiting", &[]), waiting, "in all organisations");
    let head: f64 =
        sqlx::query_scalar("select max(seq)::float8 from calls").fetch_one(&server.world.owner).await.unwrap();
    assert!(value(&after, "steward_log_head", &[]) >= head);
    assert_eq!(value(&after, "steward_database_up", &[]), 1.0);
    assert!(value(&after, "steward_http_in_flight", &[]) >= 1.0, "whoever looks is in flight");
    let connections = ["idle", "used"].map(|state| value(&after, "steward_pool_connections", &[("state", state)]));
    assert!(connections[0] + connections[1] >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn series_stay_few_and_name_nobody_whatever_is_asked() {
    let server = Server::start().await;
    let token = server.token("admin").await;
    let document = openapi(&compose::catalogue().unwrap());
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.split('/').map(|part| if part.starts_with('{') { "P-00010" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "parameters") {
            if path.ends_with("/ws") || path.ends_with("/logout") {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            for (token, body) in [(token.as_str(), None), (token.as_str(), Some(json!({"id": 4_711_000}))), ("", None)]
            {
                ask(&server, "all", method.clone(), &path, token, body).await;
                asked += 1;
            }
        }
    }
    assert!(asked > 150, "{asked}");
    for i in 0..20 {
        let made_up = Method::from_bytes(format!("M{i}").as_bytes()).unwrap();
        ask(&server, "all", made_up, &format!("/nowhere/{}", Uuid::now_v7()), &token, None).await;
        ask(&server, "all", Method::PUT, &format!("/api/v1/directory/parties/{i}{i}@x.example"), &token, None).await;
        ask(&server, "all", Method::POST, &format!("/api/v1/tools/made.up.{i}"), &token, Some(json!({}))).await;
    }
    let (text, series) = scrape(&server).await;
    let ours = series.keys().filter(|(name, _)| name.starts_with("steward_")).count();
    let catalogue = compose::catalogue().unwrap();
    let groups: std::collections::BTreeSet<&str> = catalogue.iter().map(steward_tools::Entry::group).collect();
    assert!(ours < groups.len() * 41, "{ours} series of {} groups", groups.len());
    for (key, label) in series.keys().flat_map(|(_, labels)| labels) {
        let longest = label.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
        assert!(longest <= 6 && !label.contains('@') && Uuid::parse_str(label).is_err(), "{key}={label}");
        let template = label.replace(['{', '}'], "");
        assert!(key != "route" || template.split('/').all(|part| part.len() < 36), "{label}");
    }
    checked_by_promtool(&text);
}

/// The judge of the format, where it is installed (`apt-get install prometheus`).
#[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was not tested")]
fn checked_by_promtool(text: &str) {
    let judge =
        Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut judge) = judge else {
        eprintln!("SKIPPED: promtool is not installed; the metrics were read by the test's own parser only");
        return;
    };
    judge.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = judge.wait_with_output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_this_machine_or_whoever_has_the_token() {
    let open = Server::start().await;
    let passed_on = open.client.get(format!("{}/metrics", open.url)).header("x-forwarded-for", "127.0.0.1");
    let refused = passed_on.send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(body(refused).await["fix"].as_str().unwrap().contains("STEWARD_METRICS_TOKEN"));

    let closed = Server::with(Metrics::behind("a token of scrapers")).await;
    let url = format!("{}/metrics", closed.url);
    assert_eq!(closed.client.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let person = closed.token("admin").await;
    assert_eq!(closed.get("/metrics", &person).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(closed.get("/metrics", "a token of scrapers").await.status(), StatusCode::OK);
}
