//! The log.

use std::panic::catch_unwind;

use reqwest::Method;
use serde_json::{Value, json};
use steward_server::config::LogFormat;
use steward_server::logging;

use super::{Log, ask, say};
use crate::http::{Server, body};
use crate::support::World;

/// All of it, also what libraries tell: nothing said here may be found there.
const EVERYTHING: &str = "trace,hyper=info,h2=info,mio=info";

const PASSWORD: &str = "Kranich7-Wolke-Tür";
const NAME: &str = "Zwetschgenbaum Verwertung";
const AMOUNT: &str = "98765.43";
const ADDRESS: &str = "wilhelmine.quast@geheim.example";
const PHONE: &str = "+49-171-5550199";

/// People do all that has values in it: what they send, what is refused, what fails.
async fn busy_day(server: &Server, accountant: &str, admin: &str) -> Vec<String> {
    let mut secrets: Vec<String> = [PASSWORD, NAME, AMOUNT, ADDRESS, PHONE].map(str::to_owned).into();
    secrets.extend(["Zwetschgenbaum", "9876543", "wilhelmine", "5550199", accountant, admin].map(str::to_owned));
    let sign_in =
        |organization: &str, email: &str| json!({"organization": organization, "email": email, "password": PASSWORD});
    let post = |id: &'static str, path: &'static str, token: &str, body: Value| {
        let token = token.to_owned();
        async move { ask(server, id, Method::POST, path, &token, Some(body)).await }
    };
    post("in-1", "/api/v1/auth/token", "", sign_in("demo", ADDRESS)).await;
    post("in-2", "/api/v1/auth/token", "", sign_in(PASSWORD, ADDRESS)).await;
    let party = json!({"name": NAME, "kinds": ["customer"], "phone": PHONE});
    post("party", "/api/v1/directory/parties", accountant, party).await;
    let lines = json!([{"description": NAME, "quantity": "1", "unit_price": AMOUNT}]);
    let invoice = json!({"customer": "Globex Industries SE", "lines": lines});
    post("invoice", "/api/v1/accounting/invoices", accountant, invoice).await;
    post(
        "bad-date",
        "/api/v1/accounting/invoices",
        accountant,
        json!({"customer": NAME, "date": PASSWORD, "lines": []}),
    )
    .await;
    post("no-such", "/api/v1/tools/hand.over.everything", accountant, json!({"to": ADDRESS})).await;
    let invited = body(
        post("user", "/api/v1/directory/users", admin, json!({"email": ADDRESS, "name": NAME, "roles": ["staff"]}))
            .await,
    )
    .await;
    secrets.push(invited["setup_link"].as_str().unwrap().split_once('=').unwrap().1.to_owned());
    let key = body(post("key", "/api/v1/directory/api_keys", admin, json!({"name": NAME})).await).await;
    let key = key["key"].as_str().unwrap().to_owned();
    let found = format!("/api/v1/directory/parties/{ADDRESS}");
    ask(server, "by-key", Method::GET, &found, &key, None).await;
    ask(server, "nowhere", Method::GET, &format!("/nowhere/{ADDRESS}?q={PASSWORD}"), "", None).await;
    ask(server, "bad-token", Method::GET, "/api/v1/auth/me", PASSWORD_TOKEN, None).await;
    say(server, "chat", accountant, &format!("invoice {NAME} for 3 desks at {AMOUNT} and mail it to {ADDRESS}")).await;
    secrets.extend([key, PASSWORD_TOKEN.to_owned()]);
    secrets
}

const PASSWORD_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJwYXNzd29yZCI6InF1YXN0In0.c2lnbmF0dXJl";

#[tokio::test]
async fn the_log_names_requests_and_keeps_quiet_about_people() {
    let server = Server::start().await;
    let (accountant, admin) = (server.token("accountant").await, server.token("admin").await);
    let who = server.world.person("accountant").await;
    let (log, following) = Log::follow(LogFormat::Json, EVERYTHING);
    let secrets = busy_day(&server, &accountant, &admin).await;
    server.world.gate.flush().await;
    drop(following);

    let text = log.text();
    for secret in &secrets {
        let found = text.lines().find(|line| line.contains(secret.as_str()));
        assert!(found.is_none(), "{secret} is in the log: {}", found.unwrap_or_default());
    }
    let [org, me] = [who.principal.org, who.principal.id].map(|id| json!(id));
    let answered = |request: &str| {
        let mut lines: Vec<Value> = log.of(request).into_iter().filter(|line| line["message"] == "answered").collect();
        assert_eq!(lines.len(), 1, "{request} is answered once: {lines:?}");
        lines.remove(0)
    };
    let invoice = answered("invoice");
    assert_eq!((&invoice["organization"], &invoice["actor"], &invoice["surface"]), (&org, &me, &json!("rest")));
    assert_eq!((&invoice["method"], &invoice["route"]), (&json!("POST"), &json!("/api/v1/accounting/invoices")));
    assert_eq!((&invoice["operation"], &invoice["status"]), (&json!("accounting.invoices.create"), &json!(201)));
    assert!(invoice["ms"].is_u64() && invoice["bytes"].as_u64().unwrap() > 100);
    assert_eq!(answered("by-key")["route"], "/api/v1/directory/parties/{id}");
    assert_eq!((&answered("nowhere")["route"], &answered("nowhere")["status"]), (&json!("none"), &json!(404)));
    assert_eq!(answered("no-such")["operation"], "other");
    assert!(answered("in-1").get("actor").is_none());
    assert_eq!(answered("in-1")["status"], 401);

    let refused: Vec<Value> = log.of("by-key").into_iter().filter(|line| line["message"] == "refused").collect();
    assert_eq!((&refused[0]["code"], &refused[0]["level"]), (&json!("unresolved_reference"), &json!("DEBUG")));
    assert_eq!(refused[0]["operation"], "directory.parties.get");
    let turn = log.of("chat").into_iter().find(|line| line["step"] == "turn").unwrap();
    assert!(turn["conversation"].is_string() && turn["surface"] == "agent", "{turn}");
}

#[tokio::test]
async fn each_step_of_the_gate_is_told_to_whoever_follows_it() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let (log, following) = Log::follow(LogFormat::Json, "info,steward::gate=debug");
    let party = json!({"name": "Schritt für Schritt", "kinds": ["customer"]});
    ask(&server, "steps", Method::POST, "/api/v1/directory/parties", &token, Some(party)).await;
    drop(following);
    let steps = log.of("steps");
    // what is written down may ride in the message that commits
    let names: Vec<&str> =
        steps.iter().filter_map(|line| line["step"].as_str()).filter(|step| *step != "record").collect();
    assert_eq!(names, ["admit", "judge", "begin", "settle", "run", "commit", "call"]);
    let run = steps.iter().find(|line| line["step"] == "run").unwrap();
    assert!(run["us"].as_u64().unwrap() > 0 && run["calls"] == 1 && run["dry_run"] == false, "{run}");
    assert_eq!(run["operation"], "directory.parties.create");

    let (log, following) = Log::follow(LogFormat::Json, "info,sqlx=warn");
    ask(&server, "quiet", Method::GET, "/api/v1/directory/parties", &token, None).await;
    drop(following);
    assert_eq!(log.lines().len(), 1, "one line a request: {}", log.text());
}

#[tokio::test]
async fn a_failure_is_one_line_with_its_causes_and_without_values() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    // a failure that no constraint has a name for, and that quotes what was written
    let sql = "create function quarrel() returns trigger language plpgsql as $$ begin
        raise exception 'cannot take \"%\" worth 4711', new.name using errcode = 'P0001'; end $$;
        create trigger quarrel before insert on parties for each row execute function quarrel()";
    sqlx::raw_sql(sql).execute(&server.world.owner).await.unwrap();
    let (log, following) = Log::follow(LogFormat::Json, "info,sqlx=warn");
    let party = json!({"name": "Zwetschgenbaum", "kinds": ["customer"]});
    let answer = ask(&server, "fails", Method::POST, "/api/v1/directory/parties", &token, Some(party)).await;
    drop(following);
    assert_eq!(answer.status(), 500);
    let lines = log.of("fails");
    let errors: Vec<&Value> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{lines:?}");
    assert_eq!(errors[0]["error"], "database: cannot take \"…\" worth # (P0001)");
    assert_eq!(errors[0]["operation"], "directory.parties.create");
    assert!(errors[0]["actor"].is_string());
    assert!(!log.text().contains("Zwetschgenbaum") && !log.text().contains("4711"));
}

#[tokio::test]
async fn a_slow_statement_is_told_without_its_values() {
    let world = World::new().await;
    let (log, following) = Log::follow(LogFormat::Json, "info,sqlx=warn");
    let slow = sqlx::query("select pg_sleep(1.1), $1::text").bind("Zwetschgenbaum");
    slow.execute(&world.app).await.unwrap();
    // nor those that stand in the text
    sqlx::raw_sql("select pg_sleep(1.1), 'Zwetsch''genbaum', e'Kern\\'obst'").execute(&world.app).await.unwrap();
    drop(following);
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line["level"] == "WARN" && line["target"] == "sqlx::query"), "{lines:?}");
    assert_eq!(lines[1]["summary"], "select pg_sleep(1.1), '…', e'…'");
    for value in ["Zwetsch", "genbaum", "Kern", "obst"] {
        assert!(!log.text().contains(value), "{}", log.text());
    }
}

#[test]
fn a_panic_is_a_line_of_its_request() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        logging::tell_of_panic(panic);
        before(panic);
    }));
    let (log, following) = Log::follow(LogFormat::Json, "info");
    let span = tracing::info_span!("request", request_id = "panics");
    let ended = span.in_scope(|| catch_unwind(|| panic!("no row for \"{ADDRESS}\" worth {AMOUNT}")));
    drop(following);
    assert!(ended.is_err());
    let lines = log.of("panics");
    assert_eq!((&lines[0]["message"], &lines[0]["said"]), (&json!("panicked"), &json!("no row for \"…\" worth #")));
    assert!(lines[0]["at"].as_str().unwrap().contains("logs.rs"));
}

#[test]
fn lines_for_people_are_scrubbed_too() {
    let (log, following) = Log::follow(LogFormat::Plain, "info");
    let span = tracing::info_span!("request", request_id = "plain");
    span.in_scope(|| {
        tracing::info!(to = ADDRESS, "mail");
        tracing::warn!(db.statement = "select 'Zwetschgenbaum', 1", "slow");
    });
    drop(following);
    let text = log.text();
    assert!(text.contains("request_id=\"plain\"") && text.contains("mail to=\"•••\""), "{text}");
    assert!(text.contains("slow db.statement=\"select '…', 1\"") && !text.contains("wilhelmine"), "{text}");
}
