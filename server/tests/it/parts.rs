//! Random lists of parts and their undo, and what the database itself refuses.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_tools::{Options, UndoTarget};

use crate::parties::{IBAN, OTHER_IBAN, agreed, done, of, whole};
use crate::support::World;

/// A random list of each kind of part; `keep` says which of the parts that are there it keeps.
#[derive(Debug, Clone)]
struct Lists {
    addresses: Option<Vec<(bool, u8, u8)>>,
    contacts: Option<Vec<(bool, u8)>>,
    tax_ids: Option<Vec<(bool, u8)>>,
    bank_accounts: Option<Vec<(bool, u8)>>,
    undo: bool,
}

fn lists() -> impl Strategy<Value = Lists> {
    let pairs = || proptest::option::of(proptest::collection::btree_map(0_u8..6, any::<bool>(), 0..4));
    let list = || pairs().prop_map(|map| map.map(|map| map.into_iter().map(|(n, keep)| (keep, n)).collect()));
    let addresses = proptest::option::of(proptest::collection::vec((any::<bool>(), 0_u8..3, 0_u8..5), 0..4));
    (addresses, list(), list(), list(), any::<bool>()).prop_map(
        |(addresses, contacts, tax_ids, bank_accounts, undo)| Lists {
            addresses,
            contacts,
            tax_ids,
            bank_accounts,
            undo,
        },
    )
}

impl Lists {
    fn arguments(&self, party: &Value) -> Value {
        let mut arguments = json!({"id": party["id"]});
        let kept = |field: &str, i: usize, keep: bool, mut item: Value| {
            if let Some(id) = party[field].get(i).map(|old| old["id"].clone()).filter(|_| keep) {
                item["id"] = id;
            }
            item
        };
        if let Some(list) = &self.addresses {
            let kinds = ["billing", "shipping", "other"];
            let item = |(i, (keep, kind, n)): (usize, &(bool, u8, u8))| {
                let item = json!({"kind": kinds[usize::from(*kind)], "lines": [format!("Street {n}")], "city": "X", "country": "DE"});
                kept("addresses", i, *keep, item)
            };
            arguments["addresses"] = list.iter().enumerate().map(item).collect();
        }
        let mut simple = |field: &str, list: &Option<Vec<(bool, u8)>>, item: fn(u8) -> Value| {
            if let Some(list) = list {
                arguments[field] =
                    list.iter().enumerate().map(|(i, (keep, n))| kept(field, i, *keep, item(*n))).collect();
            }
        };
        simple("contacts", &self.contacts, |n| json!({"name": format!("Person {n}")}));
        simple("tax_ids", &self.tax_ids, |n| json!({"country": "DE", "value": format!("12345678{n}")}));
        simple("bank_accounts", &self.bank_accounts, |n| json!({"account_number": format!("{n}"), "bank_code": "1"}));
        arguments
    }
}

/// Every part of every party, whole rows.
async fn rows(world: &World) -> Value {
    let table = |name: &str| format!("select '{name}' as t, to_jsonb(x) as r, id from {name} x");
    let parts =
        ["party_addresses", "party_contacts", "party_tax_ids", "party_bank_accounts"].map(table).join(" union all ");
    let sql = format!(
        "select jsonb_agg(jsonb_build_array(t, r) order by t, id) from ({parts} union all
             select 'parties', to_jsonb(p) - '{{version,updated_at}}'::text[], id from parties p) x"
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.owner).await.unwrap()
}

async fn live(world: &World, life: &[Lists]) {
    let (_, mut party) =
        done(world, "accountant", of("create", json!({"name": "Leben GmbH", "kinds": ["vendor"]}))).await;
    let me = world.person("accountant").await;
    for step in life {
        let before = rows(world).await;
        let plan = of("update", step.arguments(&party));
        let (call, now) = done(world, "accountant", plan).await;
        for (field, marked) in [("addresses", "default"), ("contacts", "primary")] {
            let kinds = |item: &Value| item["kind"].as_str().unwrap_or_default().to_owned();
            let items = now[field].as_array().unwrap();
            for item in items {
                let marks = items.iter().filter(|other| kinds(other) == kinds(item) && other[marked] == true).count();
                assert_eq!(marks, 1, "one {marked} of each kind: {now}");
            }
        }
        if step.undo {
            agreed(world, world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await).await;
            assert_eq!(rows(world).await, before, "taking back {step:?}");
        }
        party = done(world, "accountant", of("get", json!({"id": party["id"]}))).await.1;
    }
    let before = party.clone();
    let (call, _) = done(world, "accountant", of("delete", json!({"id": party["id"]}))).await;
    agreed(world, world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await).await;
    let (_, again) = done(world, "accountant", of("get", json!({"id": "Leben GmbH"}))).await;
    for field in ["addresses", "contacts", "tax_ids", "bank_accounts"] {
        let strip = |party: &Value| -> Vec<Value> {
            let items = party[field].as_array().unwrap().iter().cloned();
            items
                .map(|mut item| item.as_object_mut().map(|i| i.remove("id")).map(|_| item.clone()).unwrap_or(item))
                .collect()
        };
        assert_eq!(strip(&again), strip(&before), "{field}");
    }
    done(world, "accountant", of("delete", json!({"id": again["id"]}))).await;
}

#[test]
fn an_undone_update_leaves_every_part_as_it_was() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let mut runner =
        TestRunner::new(Config { cases: 8, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    runner
        .run(&proptest::collection::vec(lists(), 1..6), |life| {
            runtime.block_on(live(&world, &life));
            Ok(())
        })
        .unwrap();
}

/// The database itself refuses, whatever code comes: each statement as the application role inside its organisation.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_parts_that_do_not_hold() {
    let world = World::new().await;
    let (_, party) = done(&world, "accountant", of("create", whole())).await;
    let id = party["id"].as_str().unwrap();
    let bank = "insert into party_bank_accounts (org_id, id, party_id, line_no, holder, iban, account_number, bank_code, bic) select current_org(), gen_random_uuid()";
    let refusals = [
        ("party_address_default_once", format!("update party_addresses set is_default = true where party_id = '{id}'")),
        ("party_contact_primary_once", format!("update party_contacts set is_primary = true where party_id = '{id}'")),
        ("party_tax_id_once", "insert into party_tax_ids select org_id, gen_random_uuid(), party_id, 9, country, kind, value from party_tax_ids".into()),
        ("party_tax_id_form", "update party_tax_ids set value = 'de 1'".into()),
        ("party_bank_iban_holds", format!("update party_bank_accounts set iban = 'DE88370400440532013000' where iban is not null and party_id = '{id}'")),
        ("party_bank_iban_once", format!("{bank}, '{id}', 9, 'x', '{IBAN}', null, null, null")),
        ("party_bank_number_once", format!("{bank}, '{id}', 9, 'x', null, '12345', '026009593', null")),
        ("party_bank_bic_form", format!("{bank}, '{id}', 9, 'x', '{OTHER_IBAN}', null, null, 'deut'")),
        ("party_bank_account_known", format!("{bank}, '{id}', 9, 'x', null, '1', null, null")),
        ("party_credit_limit_not_negative", format!("update parties set credit_limit = -1 where id = '{id}'")),
        ("party_currency_form", format!("update parties set currency = 'eur' where id = '{id}'")),
    ];
    let me = world.person("admin").await;
    for (constraint, sql) in refusals {
        let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
        let ran = async {
            sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut *tx).await?;
            sqlx::query("set constraints all immediate").execute(&mut *tx).await
        };
        let error = ran.await.expect_err(&sql).into_database_error().unwrap();
        assert_eq!(error.constraint(), Some(constraint), "{sql}: {error}");
    }
}
