//! Every role × operation × surface: the matrix says who may, and every cell is tried.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::StatusCode;
use serde_json::{Value, json};
use steward_tools::{Caller, Entry, Options, Plan, Surface};
use uuid::Uuid;

use super::dice::Dice;
use super::made_up::MadeUp;
use super::{Served, call, dry, ids, outcome, size, tell};
use crate::support::World;

const SURFACES: [Surface; 4] = [Surface::Rest, Surface::Web, Surface::Cli, Surface::Agent];

/// The least that fits the schema. Records that are named do not exist, so that nothing grave is done for real.
fn least(entry: &Entry) -> Value {
    let mut nowhere = |_: Option<&str>| Uuid::now_v7();
    MadeUp { id: &mut nowhere, optional: 0, dice: &mut Dice::of(1) }.arguments(&entry.input_schema)
}

struct Cell<'a> {
    caller: Caller,
    entry: &'a Entry,
    may: bool,
}

/// All cells: what the matrix says of a demo user of each role on each surface.
async fn cells(world: &World) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    for role in world.gate.policies().roles() {
        let person = world.person(&role).await;
        assert_eq!(person.principal.roles, std::slice::from_ref(&role));
        for surface in SURFACES {
            for entry in world.gate.catalogue().iter() {
                let may = world.gate.may(std::slice::from_ref(&role), entry.name(), surface).unwrap();
                cells.push(Cell { caller: Caller { surface, ..person.clone() }, entry, may });
            }
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_matrix_answers_as_the_matrix_says() {
    let world = World::new().await;
    let cells = cells(&world).await;
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for cell in &cells {
        let plan = Plan::one(call(cell.entry.name(), least(cell.entry)));
        let answer = world.gate.submit(&cell.caller, plan, dry()).await;
        let came = outcome(&answer);
        let at = format!("{} {} on {:?}", cell.caller.principal.email, cell.entry.name(), cell.caller.surface);
        assert_eq!(came != "forbidden", cell.may, "{at}: {answer:?}");
        assert_ne!(came, "failed", "{at}: {answer:?}");
        *told.entry(came).or_default() += 1;
    }
    tell(&format!("{} cells as previews: {told:?}", cells.len()));
    assert!(told["forbidden"] > 100 && told["preview"] > 50, "{told:?}");

    // for real: what is forbidden leaves nothing but the attempt
    let forbidden: Vec<&Cell> = cells.iter().filter(|cell| !cell.may).collect();
    let step = (forbidden.len() / size(400, usize::MAX)).max(1);
    world.gate.flush().await;
    let before = ids::fingerprint(&world.owner, &["attempts"]).await;
    let mut tried = 0_i64;
    for cell in forbidden.iter().step_by(step) {
        let plan = Plan::one(call(cell.entry.name(), least(cell.entry)));
        let answer = world.gate.submit(&cell.caller, plan, Options::default()).await;
        assert_eq!(outcome(&answer), "forbidden", "{}", cell.entry.name());
        tried += 1;
    }
    world.gate.flush().await;
    assert_eq!(ids::fingerprint(&world.owner, &["attempts"]).await, before, "a forbidden call left a trace");
    let attempts: i64 = sqlx::query_scalar("select count(*) from attempts where code = 'forbidden'")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(attempts, tried, "every forbidden call is written down");
    told.clear();
    let allowed: Vec<&Cell> = cells.iter().filter(|cell| cell.may).collect();
    let step = (allowed.len() / size(250, usize::MAX)).max(1);
    for cell in allowed.iter().step_by(step) {
        let plan = Plan::one(call(cell.entry.name(), least(cell.entry)));
        let answer = world.gate.submit(&cell.caller, plan, Options::default()).await;
        let came = outcome(&answer);
        let at = format!("{} {} on {:?}", cell.caller.principal.email, cell.entry.name(), cell.caller.surface);
        assert!(came != "forbidden" && came != "failed", "{at}: {answer:?}");
        let reads = cell.entry.op.effect() == steward_tools::Effect::Read;
        assert!(reads || !cell.caller.surface.is_agent() || came != "done", "{at} was done without its person");
        *told.entry(came).or_default() += 1;
    }
    tell(&format!("{tried} forbidden cells for real; allowed ones: {told:?}"));
}

/// The route that is derived from a name; what it names is nowhere.
fn route(entry: &Entry) -> (reqwest::Method, String) {
    use reqwest::Method;
    let (domain, entities, verb) = entry.parts();
    let all = format!("/api/v1/{domain}/{entities}");
    let one = format!("{all}/{}", Uuid::now_v7());
    let reads = entry.op.effect() == steward_tools::Effect::Read;
    match verb {
        "list" => (Method::GET, all),
        "get" => (Method::GET, one),
        "create" => (Method::POST, all),
        "update" => (Method::PATCH, one),
        "delete" => (Method::DELETE, one),
        _ => {
            let place = if entry.takes("id") { one } else { all };
            (if reads { Method::GET } else { Method::POST }, format!("{place}/{verb}"))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_a_role_is_listed_what_it_may_and_refused_the_rest() {
    let world = World::new().await;
    let served = Served::before(world.gate.clone()).await;
    let mut refused = 0;
    for role in world.gate.policies().roles() {
        let token = served.token(&role).await;
        let mine: BTreeSet<&str> = world
            .gate
            .catalogue()
            .iter()
            .map(Entry::name)
            .filter(|name| world.gate.may(std::slice::from_ref(&role), name, Surface::Rest).unwrap())
            .collect();
        let listed =
            served.client.get(format!("{}/api/v1/tools", served.url)).bearer_auth(&token).send().await.unwrap();
        let listed: Vec<Value> = listed.json().await.unwrap();
        let listed: BTreeSet<&str> = listed.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(listed, mine, "{role}");
        for (i, entry) in world.gate.catalogue().iter().filter(|entry| !mine.contains(entry.name())).enumerate() {
            let (by_route, path) = route(entry);
            let tool = (reqwest::Method::POST, format!("/api/v1/tools/{}", entry.name()));
            let (method, path) = if i % 2 == 0 { (by_route, path) } else { tool };
            let mut request = served
                .client
                .request(method.clone(), format!("{}{path}", served.url))
                .bearer_auth(&token)
                .header("If-Match", "*");
            let mut body = least(entry);
            if path.starts_with("/api/v1/tools/") {
                request = request.json(&body);
            } else if method == reqwest::Method::POST || method == reqwest::Method::PATCH {
                body.as_object_mut().unwrap().remove("id");
                request = request.json(&body);
            }
            let answer = request.send().await.unwrap();
            let (status, problem) = (answer.status(), answer.json::<Value>().await.unwrap());
            assert_eq!(
                (status, &problem["code"]),
                (StatusCode::FORBIDDEN, &json!("forbidden")),
                "{role} {path}: {problem}"
            );
            assert!(problem["detail"].as_str().unwrap().contains(entry.name()), "{problem}");
            refused += 1;
        }
    }
    tell(&format!("{refused} requests refused with 403"));
    assert!(refused > 50);
}
