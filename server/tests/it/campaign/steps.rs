//! What each step of the gate is there for: without the step, one of these is red (`tests/sabotage/gate/`).

use std::time::Duration;

use serde_json::json;
use sqlx::Executor as _;
use steward_tools::{Answer, Caller, Credential, Options, Plan};

use super::{call, dry, outcome, stumbling_gate, submit};
use crate::support::World;

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.owner).await.unwrap()
}

fn stumble(how: &str, ms: u64) -> Plan {
    Plan::one(call("directory.parties.stumble", json!({"id": "Bank Street Books", "how": how, "ms": ms})))
}

/// A trigger of the database's that changes what a person cannot see, when they change what they can.
const FAR_EFFECT: &str = "create function far_effect() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
    begin
        update parties set phone = 'ask for Gwendolyn' where name = 'Globex Industries SE' and org_id = new.org_id;
        return null;
    end $$;
    create trigger far_effect after update on parties for each row when (pg_trigger_depth() = 0) execute function far_effect()";

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_one_may_not_see_are_counted_and_not_shown() {
    let world = World::new().await;
    world.owner.execute(FAR_EFFECT).await.unwrap();
    let gate = world.gate_with(&[r#"@id("vendor-tags") permit (principal in Role::"vendor", action == Action::"directory.parties.tag", resource);"#]);
    let vendor = world.person("vendor").await;
    let tag = |who: Caller, options: Options| {
        let plan = Plan::one(call("directory.parties.tag", json!({"id": "Brightline Supplies Ltd", "tags": ["x"]})));
        let gate = gate.clone();
        async move { serde_json::to_string(&gate.submit(&who, plan, options).await.unwrap()).unwrap() }
    };
    for told in [tag(vendor, dry()).await, tag(world.agent_of("vendor").await, Options::default()).await] {
        assert!(told.contains("1 more rows are hidden from you"), "{told}");
        assert!(!told.contains("Globex") && !told.contains("Gwendolyn"), "{told}");
    }
    let told = tag(world.person("sales").await, dry()).await;
    assert!(told.contains("Gwendolyn") && !told.contains("hidden"), "whoever sees all is shown all: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_hides_what_it_says_is_refused() {
    let world = World::new().await;
    let me = world.person("sales").await;
    for hidden in ['\u{0}', '\u{7}', '\u{200b}', '\u{200e}', '\u{202e}', '\u{2066}', '\u{feff}'] {
        let name = format!("Acme{hidden} GmbH");
        let answer =
            submit(&world.gate, &me, "directory.parties.create", json!({"name": name, "kinds": ["customer"]})).await;
        assert_eq!(outcome(&answer), "hidden_character", "U+{:04X}: {answer:?}", u32::from(hidden));
    }
    let made = submit(
        &world.gate,
        &me,
        "directory.parties.create",
        json!({"name": "Cafe\u{301} Noir", "kinds": ["customer"]}),
    )
    .await;
    let Ok(Answer::Done { result, .. }) = made else { panic!("{made:?}") };
    assert_eq!(result["name"], "Caf\u{e9} Noir");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_meets_what_is_checked_at_the_end() {
    let world = World::new().await;
    let (gate, _) = stumbling_gate(&world, 4, &[]).await;
    for (who, options) in [
        (world.person("accountant").await, dry()),
        (world.agent_of("accountant").await, Options::default()),
        (world.person("accountant").await, Options::default()),
    ] {
        let answer = gate.submit(&who, stumble("unbalanced", 0), options).await;
        assert_eq!(outcome(&answer), "entry_balances", "{answer:?}");
    }
    assert_eq!(
        count(&world, "select count(*) from approvals where status = 'pending'").await,
        0,
        "nobody is asked about what cannot be"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_does_not_stop_the_call() {
    let world = World::new().await;
    let (gate, _) = stumbling_gate(&world, 4, &[]).await;
    let me = world.person("accountant").await;
    let gone =
        tokio::time::timeout(Duration::from_millis(30), gate.submit(&me, stumble("not", 300), Options::default()))
            .await;
    assert!(gone.is_err(), "it takes longer than that");
    let done = "select count(*) from calls where operation = 'directory.parties.stumble'";
    for _ in 0..100 {
        if count(&world, done).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the call ended with its caller");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_is_an_answer_and_is_written_down() {
    let world = World::new().await;
    let (gate, _) = stumbling_gate(&world, 1, &[]).await;
    let me = world.person("accountant").await;
    let before = super::ids::fingerprint(&world.owner, &["attempts", "accesses"]).await;
    let mut attempts = Vec::new();
    for (how, code) in [
        ("panic", "failed"),
        ("time_out", "failed"),
        ("nonsense", "failed"),
        ("refuse", "stumbled"),
        ("unbalanced", "entry_balances"),
        ("kill", "unavailable"),
    ] {
        let answer = gate.submit(&me, stumble(how, 0), Options::default()).await;
        assert_eq!(outcome(&answer), code, "{how}: {answer:?}");
        attempts.push(if code == "failed" { "internal" } else { code }.to_owned());
        let next = submit(&gate, &me, "directory.parties.list", json!({"limit": 1})).await;
        assert_eq!(outcome(&next), "done", "after {how}: {next:?}");
    }
    assert_eq!(
        super::ids::fingerprint(&world.owner, &["attempts", "accesses"]).await,
        before,
        "what went wrong left something"
    );
    let written: Vec<String> =
        sqlx::query_scalar("select code from attempts order by id").fetch_all(&world.owner).await.unwrap();
    assert_eq!(written, attempts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_only_what_it_was_made_for() {
    let world = World::new().await;
    let with = |scopes: &[&str], who: &Caller| Caller {
        credential: Credential::Key,
        scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        ..who.clone()
    };
    let party = || json!({"name": "Neu GmbH", "kinds": ["customer"]});
    let (accountant, staff) = (world.person("accountant").await, world.person("staff").await);
    for (caller, listed, made) in [
        (with(&["directory.read"], &accountant), "done", "forbidden"),
        (with(&["directory.parties.create"], &accountant), "forbidden", "done"),
        (with(&[], &accountant), "forbidden", "forbidden"),
        // a key is never wider than its person
        (with(&["directory.read", "directory.write"], &staff), "done", "forbidden"),
    ] {
        let list = submit(&world.gate, &caller, "directory.parties.list", json!({})).await;
        let create = submit(&world.gate, &caller, "directory.parties.create", party()).await;
        let names: Vec<&str> = world.gate.tools(&caller).unwrap().iter().map(|entry| entry.name()).collect();
        assert_eq!((outcome(&list).as_str(), outcome(&create).as_str()), (listed, made), "{:?}", caller.scopes);
        assert_eq!(names.contains(&"directory.parties.list"), listed == "done");
    }
}
