//! Parties with all that belongs to them: lists and their undo, four eyes over bank accounts, what each role sees.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};
use steward_tools::{Answer, ApprovalRow, Call, Caller, Decision, Options, Plan, UndoTarget, Verdict};
use uuid::Uuid;

use crate::check::check;
use crate::support::World;

pub const IBAN: &str = "DE89370400440532013000";
pub const OTHER_IBAN: &str = "FR1420041010050500013M02606";

pub fn of(name: &str, arguments: Value) -> Plan {
    Plan::one(Call { name: format!("directory.parties.{name}"), arguments })
}

fn yes() -> Decision {
    Decision { decision: Verdict::Approve, note: None }
}

async fn submit(world: &World, who: &str, plan: Plan) -> steward_tools::Result<Answer> {
    world.gate.submit(&world.person(who).await, plan, Options::default()).await
}

/// What a call answers, a controller's yes included where it takes one.
pub async fn agreed(world: &World, answer: steward_tools::Result<Answer>) -> Answer {
    match answer.unwrap() {
        Answer::NeedsApproval { approval } => {
            assert_eq!(approval.approver, "role:controller");
            world.gate.decide(&world.person("controller").await, approval.id, yes()).await.unwrap()
        }
        done => done,
    }
}

pub async fn done(world: &World, who: &str, plan: Plan) -> (Uuid, Value) {
    match agreed(world, submit(world, who, plan).await).await {
        Answer::Done { call_id, result, .. } => (call_id.unwrap_or_default(), result),
        other => panic!("not done: {other:?}"),
    }
}

async fn asked(world: &World, who: &str, plan: Plan) -> ApprovalRow {
    match submit(world, who, plan).await.unwrap() {
        Answer::NeedsApproval { approval } => approval,
        other => panic!("not asked: {other:?}"),
    }
}

async fn refused(world: &World, who: &str, plan: Plan) -> String {
    let error = submit(world, who, plan).await.unwrap_err();
    let refusal = error.refusal().unwrap_or_else(|| panic!("{error}"));
    format!("{}: {}", refusal.code, refusal.detail)
}

/// Without what is new each time.
fn timeless(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(timeless).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(key, _)| !matches!(key.as_str(), "id" | "created_at" | "updated_at"))
            .map(|(key, value)| (key, timeless(value)))
            .collect(),
        other => other,
    }
}

pub fn whole() -> Value {
    json!({
        "name": "Vollständig GmbH", "kinds": ["customer", "vendor"], "email": "info@voll.example", "phone": "+49 1",
        "tax_id": "DE 123 456 789", "currency": "usd", "credit_limit": "5000",
        "addresses": [
            {"lines": ["Hauptstr. 1"], "city": "Berlin", "postal_code": "10115", "country": "de"},
            {"kind": "shipping", "lines": ["Lager Nord", "Tor 3"], "city": "Hamburg", "country": "DE"},
            {"kind": "shipping", "lines": ["Lager Süd"], "city": "Ulm", "region": "BW", "country": "DE", "default": true},
        ],
        "contacts": [{"name": "Jana Weiß", "position": "Purchasing", "email": "jana@voll.example"}, {"name": "Tom Kurz", "phone": "+49 2"}],
        "bank_accounts": [{"iban": "de89 3704 0044 0532 0130 00", "bic": "deutdeff"}, {"account_number": "12 345", "bank_code": "026009593", "currency": "USD"}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_is_kept_with_all_that_belongs_to_it() {
    let world = World::new().await;
    let (_, made) = done(&world, "accountant", of("create", whole())).await;
    let (_, got) = done(&world, "accountant", of("get", json!({"id": "Vollständig GmbH"}))).await;
    for field in ["addresses", "contacts", "tax_ids", "bank_accounts", "currency", "credit_limit", "version"] {
        assert_eq!(got[field], made[field], "{field}");
    }
    assert_json_snapshot!(timeless(got));
    let me = world.person("accountant").await;
    let Answer::Done { sentences, .. } =
        world.gate.submit(&me, of("get", json!({"id": made["id"]})), Options::default()).await.unwrap()
    else {
        panic!()
    };
    assert_snapshot!(sentences.join("\n"), @r"
    P-00061 Vollständig GmbH (customer, vendor), info@voll.example, +49 1.
    Currency: USD
    Credit limit: 5000.00 USD
    Billing address: Hauptstr. 1, 10115 Berlin, DE
    Shipping address: Lager Nord, Tor 3, Hamburg, DE
    Shipping address: Lager Süd, Ulm, BW, DE
    Contact: Jana Weiß, Purchasing, jana@voll.example
    Contact: Tom Kurz, +49 2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_refused_by_name() {
    let world = World::new().await;
    let told = check(
        &world,
        "directory.parties.create {name: X, kinds: [vendor], bank_accounts: [{iban: DE89370400440532013001}]}
         directory.parties.create {name: X, kinds: [vendor], bank_accounts: [{account_number: '1'}]}
         directory.parties.create {name: X, kinds: [vendor], bank_accounts: [{iban: DE89370400440532013000, bic: DEUT}]}
         directory.parties.create {name: X, kinds: [vendor], bank_accounts: [{iban: DE89370400440532013000}, {iban: 'DE89 3704 0044 0532 0130 00'}]}
         directory.parties.create {name: X, kinds: [vendor], tax_ids: [{country: DE, value: '12345'}]}
         directory.parties.create {name: X, kinds: [vendor], tax_id: '12/345/67890'}
         directory.parties.create {name: X, kinds: [vendor], addresses: [{lines: [a], city: b, country: UK}]}
         directory.parties.create {name: X, kinds: [vendor], addresses: [{lines: [' '], city: b, country: GB}]}
         directory.parties.create {name: X, kinds: [vendor], addresses: [{lines: [a], city: b, country: GB, default: true}, {lines: [c], city: b, country: GB, default: true}]}
         directory.parties.create {name: X, kinds: [vendor], contacts: [{name: a, email: nobody}]}
         directory.parties.create {name: X, kinds: [vendor], contacts: [{name: a, id: 01900000-0000-7000-8000-000000000000}]}
         directory.parties.create {name: X, kinds: [vendor], currency: XYZ}
         directory.parties.create {name: X, kinds: [vendor], credit_limit: '-1'}
         directory.parties.create {name: X, kinds: [vendor], credit_limit: '1.005'}
         P = directory.parties.create {name: Grenze GmbH, kinds: [customer], credit_limit: 1000, tax_id: '12/345/67890', addresses: [{lines: [a], city: b, country: DE}]}
         directory.parties.update {id: P, currency: CHF}
         directory.parties.update {id: P, currency: CHF, credit_limit: '1200.50'}
         directory.parties.update {id: P, currency: '', credit_limit: ''}
         directory.parties.update {id: P, contacts: [{name: Eva Klein}], tax_id: DE123456789}
         directory.parties.get {id: P}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn bank_accounts_take_four_eyes() {
    let world = World::new().await;
    let create = json!({"name": "Konto GmbH", "kinds": ["vendor"], "bank_accounts": [{"iban": IBAN}]});
    // whoever asks, and through what
    for who in ["accountant", "controller", "admin"] {
        let approval = asked(&world, who, of("create", create.clone())).await;
        assert_eq!(approval.approver, "role:controller", "{who}");
        let error = world.gate.decide(&world.person(who).await, approval.id, yes()).await.unwrap_err();
        assert_eq!(error.refusal().unwrap().code, "forbidden", "{who} is not the checker of their own call");
        assert!(!approval.title.contains(IBAN), "{}", approval.title);
        assert!(serde_json::to_string(&approval.effects).unwrap().contains(IBAN), "the checker must see what to check");
    }
    let agent = world.agent_of("accountant").await;
    let Answer::NeedsApproval { approval } =
        world.gate.submit(&agent, of("create", create.clone()), Options::default()).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(approval.approver, "role:controller", "the stricter of the two");

    let (_, party) = done(&world, "accountant", of("create", create)).await;
    let (id, account) = (party["id"].clone(), party["bank_accounts"][0].clone());
    // naming what is there changes nothing and needs nobody
    let same = of("update", json!({"id": id, "bank_accounts": [account], "phone": "1"}));
    assert!(matches!(submit(&world, "accountant", same).await.unwrap(), Answer::Done { .. }));
    let mut other = account.clone();
    other["iban"] = json!(OTHER_IBAN);
    for accounts in [json!([]), json!([other]), json!([account, {"iban": OTHER_IBAN}]), json!([{"iban": IBAN}])] {
        asked(&world, "accountant", of("update", json!({"id": id, "bank_accounts": accounts}))).await;
    }
    asked(&world, "accountant", of("delete", json!({"id": id}))).await;

    // taking it back changes where they are paid, too
    let (call, _) = done(&world, "accountant", of("update", json!({"id": id, "bank_accounts": [other]}))).await;
    let me = world.person("accountant").await;
    let undo = world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await;
    agreed(&world, undo).await;
    let (_, now) = done(&world, "accountant", of("get", json!({"id": id}))).await;
    assert_eq!(now["bank_accounts"], json!([account]));
}

/// Every role's view of a party's tax ids and bank accounts: read, previewed, and in the history.
#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_what_it_may() {
    let readers = r#"@id("everybody-reads-the-record") permit (principal, action in Action::"audit.read", resource);"#;
    let world = World::with_policies(&[readers]).await;
    let (_, brightline) = done(&world, "accountant", of("get", json!({"id": "Brightline Supplies Ltd"}))).await;
    let id = brightline["id"].clone();
    let update =
        json!({"id": id, "tax_ids": [{"country": "DE", "value": "DE999888777"}], "bank_accounts": [{"iban": IBAN}]});
    let (call, _) = done(&world, "accountant", of("update", update)).await;
    let history = || Plan::one(Call { name: "audit.calls.get".into(), arguments: json!({"id": call}) });
    let secret =
        |text: &str| text.contains(IBAN) || text.contains("DE999888777") || text.contains("Brightline\",\"iban");

    for who in ["admin", "controller", "accountant", "vendor"] {
        let (_, got) = done(&world, who, of("get", json!({"id": id}))).await;
        assert_eq!(got["bank_accounts"][0]["iban"], IBAN, "{who}");
        assert_eq!(got["tax_ids"][0]["value"], "DE999888777", "{who}");
    }
    for who in ["sales", "warehouse", "hr", "manager", "staff"] {
        let (_, got) = done(&world, who, of("get", json!({"id": id}))).await;
        assert!(got.get("bank_accounts").is_none() && got.get("tax_ids").is_none(), "{who}: {got}");
        assert!(got.get("addresses").is_some() && !secret(&got.to_string()), "{who}: {got}");
        let (_, seen) = done(&world, who, history()).await;
        assert!(!secret(&seen.to_string()), "{who}: {seen}");
        assert!(seen["changes"].as_array().unwrap().iter().any(|c| c["table"] == "party_bank_accounts"), "{who}");
    }
    let (_, seen) = done(&world, "accountant", history()).await;
    assert!(
        secret(&seen["changes"].to_string())
            && secret(&seen["effects"].to_string())
            && secret(&seen["input"].to_string())
    );

    // who may change a party but not see this neither writes it, nor removes it, nor tries what it might be
    for given in [
        json!({"bank_accounts": []}),
        json!({"tax_ids": []}),
        json!({"tax_id": "DE999888777"}),
        json!({"bank_accounts": [{"iban": IBAN}]}),
    ] {
        let mut arguments = given.clone();
        arguments["id"] = id.clone();
        let told = refused(&world, "sales", of("update", arguments)).await;
        assert!(told.starts_with("forbidden") && told.contains("see:directory."), "{given}: {told}");
        let mut arguments = given.clone();
        (arguments["name"], arguments["kinds"]) = (json!("Neu"), json!(["customer"]));
        assert!(refused(&world, "sales", of("create", arguments)).await.starts_with("forbidden"), "{given}");
    }
    let sales = world.person("sales").await;
    let dry = Options { dry_run: true, ..Options::default() };
    let preview =
        world.gate.submit(&sales, of("update", json!({"id": id, "name": "Brightline plc"})), dry).await.unwrap();
    assert!(!secret(&serde_json::to_string(&preview).unwrap()), "{preview:?}");
    let answer = submit(&world, "sales", of("update", json!({"id": id, "phone": "+44 1"}))).await.unwrap();
    assert!(!secret(&serde_json::to_string(&answer).unwrap()), "{answer:?}");
    let (_, kept) = done(&world, "accountant", of("get", json!({"id": id}))).await;
    assert_eq!(kept["bank_accounts"][0]["iban"], IBAN, "what sales did left it alone");

    // a party that sales may delete has nothing hidden
    let hidden = json!({"name": "Verborgen GmbH", "kinds": ["vendor"], "tax_id": "DE999888777"});
    let (_, hidden) = done(&world, "accountant", of("create", hidden)).await;
    assert!(refused(&world, "sales", of("delete", json!({"id": hidden["id"]}))).await.starts_with("hidden_details"));
    assert!(refused(&world, "staff", of("update", json!({"id": id, "phone": "1"}))).await.starts_with("forbidden"));
    let looked = async || -> i64 {
        sqlx::query_scalar("select count(*) from accesses where 'directory.bank_accounts' = any (masks)")
            .fetch_one(&world.owner)
            .await
            .unwrap()
    };
    let reads = looked().await;
    assert!(reads >= 4, "who looked is written down");
    let dry = Options { dry_run: true, ..Options::default() };
    let shown = world.gate.submit(&world.person("accountant").await, of("get", json!({"id": id})), dry).await.unwrap();
    assert!(secret(&serde_json::to_string(&shown).unwrap()));
    assert_eq!(looked().await, reads + 1, "a preview shows no less, and is written down as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_meets_the_parts_of_no_other_party() {
    let world = World::new().await;
    done(&world, "accountant", of("create", whole())).await;
    let vendor: Caller = world.person("vendor").await;
    for table in ["party_addresses", "party_contacts", "party_tax_ids", "party_bank_accounts"] {
        let (mut tx, _) = world.gate.identity().transaction(&vendor).await.unwrap();
        let sql = format!("select count(*) from {table} where party_id <> $1");
        let others: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(vendor.principal.party)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!(others, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_party_keeps_its_documents_and_gets_no_new_ones() {
    let world = World::new().await;
    let told = check(
        &world,
        "P = directory.parties.create {name: Altkunde GmbH, kinds: [customer]}
         D1 = accounting.invoices.create {customer: P, lines: [{description: desk, quantity: 1, unit_price: '100'}]}
         accounting.invoices.post {id: D1}
         directory.parties.delete {id: P}
         sales: directory.parties.archive {id: altkunde gmbh}
         directory.parties.archive {id: P}
         directory.parties.list {q: altkunde}
         directory.parties.list {q: altkunde, archived: true}
         accounting.invoices.create {customer: P, lines: [{description: desk, quantity: 1, unit_price: '100'}]}
         accounting.invoices.list {customer: P}
         directory.parties.get {id: Altkunde GmbH}
         accounting.payments.receive {customer: P, amount: '120'}
         staff: directory.parties.restore {id: P}
         N = directory.parties.create {name: Altkunde GmbH, kinds: [customer]}
         directory.parties.get {id: Altkunde GmbH}
         directory.parties.restore {id: P}
         directory.parties.restore {id: P}
         directory.parties.get {id: Altkunde GmbH}
         accounting.invoices.create {customer: P, lines: [{description: desk, quantity: 1, unit_price: '100'}]}",
    )
    .await;
    assert_snapshot!(told);
    let me = world.person("accountant").await;
    let (call, before) = done(&world, "accountant", of("archive", json!({"id": "Bank Street Books"}))).await;
    assert_eq!(before["archived"], true);
    world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await.unwrap();
    let (_, now) = done(&world, "accountant", of("get", json!({"id": "Bank Street Books"}))).await;
    assert_eq!(now.get("archived"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn look_alikes_are_pointed_out_and_allowed() {
    let world = World::new().await;
    let told = check(
        &world,
        "directory.parties.create {name: Gl\u{43e}bex Industries SE, kinds: [vendor]}
         directory.parties.create {name: 'GLOBEX-INDUSTRIES, S.E.', kinds: [vendor]}
         directory.parties.create {name: Globex  Industries SE, kinds: [vendor]}
         directory.parties.create {name: Cafe Zentral Betriebs GmbH, kinds: [vendor]}
         directory.parties.create {name: Globex Industries AG, kinds: [vendor]}
         directory.parties.update {id: Globex Industries AG, name: Acme Trading G.m.b.H.}
         directory.parties.update {id: Acme Trading G.m.b.H., phone: '1'}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_words_of_a_name_are_enough_where_one_party_begins_with_them() {
    let world = World::new().await;
    for (said, meant) in [("Globex", "Globex Industries SE"), ("bank street", "Bank Street Books")] {
        assert_eq!(done(&world, "accountant", of("get", json!({ "id": said }))).await.1["name"], meant);
    }
    // of two nobody knows which, and a part of a word is no word
    for said in ["Acme", "Glob", "Industries SE"] {
        let told = refused(&world, "accountant", of("get", json!({ "id": said }))).await;
        assert!(told.contains(said) && !told.starts_with("not_found"), "{told}");
    }
    // a name of its own goes before the beginning of another's, and one in use before an archived one
    done(&world, "accountant", of("create", json!({"name": "Globex", "kinds": ["vendor"]}))).await;
    assert_eq!(done(&world, "accountant", of("get", json!({"id": "Globex"}))).await.1["name"], "Globex");
    done(&world, "accountant", of("create", json!({"name": "Bank Street Coffee", "kinds": ["vendor"]}))).await;
    refused(&world, "accountant", of("get", json!({"id": "Bank Street"}))).await;
    done(&world, "accountant", of("archive", json!({"id": "Bank Street Coffee"}))).await;
    assert_eq!(
        done(&world, "accountant", of("get", json!({"id": "Bank Street"}))).await.1["name"],
        "Bank Street Books"
    );
}

/// The migration writes the skeleton of plain names; the application's is the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_migration_knows_how_plain_names_look() {
    let world = World::new().await;
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select name, skeleton, replace(translate(regexp_replace(lower(name), '[^a-z0-9]', '', 'g'), '01i', 'oll'), 'm', 'rn')
         from parties where name ~ '^[ -~]+$'",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(rows.len() > 50);
    for (name, application, migration) in rows {
        assert_eq!(application, migration, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_version_learns_what_happened_since() {
    let world = World::new().await;
    let (_, party) = done(&world, "accountant", of("get", json!({"id": "Bank Street Books"}))).await;
    let (id, version) = (party["id"].clone(), party["version"].clone());
    done(&world, "sales", of("update", json!({"id": id, "phone": "+49 5"}))).await;
    done(&world, "accountant", of("update", json!({"id": id, "tax_id": "DE123123123"}))).await;
    let me = world.person("sales").await;
    let stale = of("update", json!({"id": id, "version": version, "phone": "+49 6"}));
    let error = world.gate.submit(&me, stale, Options::default()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, "stale_version");
    assert_snapshot!(refusal.detail, @"This record is at version 3 now, not 1. Since then Sam Rossi changed phone; Alice Okafor changed party tax ids.");
    let changed = &refusal.extra.as_ref().unwrap()["changed"];
    assert_eq!(changed[0]["columns"], json!([{"field": "phone", "from": party["phone"], "to": "+49 5"}]));
    assert_eq!(changed[0]["by"], "Sam Rossi");
    assert!(!refusal.extra.as_ref().unwrap().to_string().contains("DE123123123"));
}
