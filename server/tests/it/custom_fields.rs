//! Fields that an organisation adds to its records.

use insta::assert_snapshot;
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Error, Options, Plan, UndoTarget};

use crate::check::check;
use crate::comments::run;
use crate::support::World;

async fn define(world: &World, field: Value) {
    let mut all = json!({"entity": "directory.parties"});
    all.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
    run(world, &world.person("admin").await, "directory.custom_fields.create", all).await.unwrap();
}

/// Code and pointers of a refusal.
async fn refused(world: &World, who: &Caller, name: &str, arguments: Value) -> (String, Vec<String>) {
    let plan = Plan::one(Call { name: name.into(), arguments });
    let Err(Error::Refused(refusal)) = world.gate.submit(who, plan, Options::default()).await else {
        panic!("{name} was done")
    };
    (refusal.code, refusal.errors.into_iter().map(|error| error.pointer).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_adds_fields_and_everybody_fills_them_in() {
    let world = World::new().await;
    let told = check(
        &world,
        r#"
        sales: directory.custom_fields.create {entity: directory.parties, key: region, label: Region, type: choice, choices: [north, south]}
        admin: directory.custom_fields.create {entity: directory.parties, key: region, label: Region, type: choice, choices: [north, south], help: "Who looks after it"}
        admin: directory.custom_fields.create {entity: directory.parties, key: region, label: Region, type: text}
        admin: directory.custom_fields.create {entity: directory.parties, key: Bad Key, label: Bad, type: text}
        admin: directory.custom_fields.create {entity: directory.parties, key: employees, label: Employees, type: choice}
        admin: directory.custom_fields.create {entity: directory.parties, key: employees, label: Employees, type: text, choices: [a]}
        admin: directory.custom_fields.create {entity: directory.unicorns, key: horn, label: Horn, type: text}
        admin: directory.custom_fields.create {entity: directory.parties, key: employees, label: Employees, type: number}
        admin: directory.custom_fields.create {entity: directory.parties, key: checked, label: Credit checked, type: boolean}
        admin: directory.custom_fields.create {entity: directory.parties, key: since, label: Customer since, type: date}
        sales: N1 = directory.parties.create {name: Neu GmbH, kinds: [customer], custom: {region: north, employees: 12.50, checked: true, since: 2020-01-31}}
        sales: directory.parties.update {id: N1, custom: {region: south, since: ""}}
        sales: directory.parties.list {custom: {region: south}}
        sales: directory.parties.list {custom: {region: north}}
        sales: directory.parties.list {custom: {region: south, employees: "12.5"}, total: true}
        admin: directory.custom_fields.update {id: directory.parties.region, choices: [north, west], label: Sales region}
        sales: directory.parties.update {id: N1, custom: {region: south}}
        sales: directory.parties.update {id: N1, phone: "1"}
        admin: directory.custom_fields.archive {id: region}
        sales: directory.parties.update {id: N1, custom: {region: west}}
        admin: directory.custom_fields.archive {id: region}
        admin: directory.custom_fields.restore {id: region}
        staff: directory.custom_fields.list {entity: directory.parties}
        staff: directory.custom_fields.archive {id: region}
        "#,
    )
    .await;
    assert_snapshot!(told);
    let sales = world.person("sales").await;
    let (party, _) = run(&world, &sales, "directory.parties.get", json!({"id": "Neu GmbH"})).await.unwrap();
    assert_eq!(
        party["custom"],
        json!({"region": "south", "employees": "12.5", "checked": true}),
        "a removed choice stays where it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_values_are_refused_where_they_are() {
    let world = World::new().await;
    for field in [
        json!({"key": "region", "label": "Region", "type": "choice", "choices": ["north"]}),
        json!({"key": "employees", "label": "Employees", "type": "number"}),
        json!({"key": "checked", "label": "Checked", "type": "boolean"}),
        json!({"key": "since", "label": "Since", "type": "date"}),
        json!({"key": "nick", "label": "Nickname", "type": "text"}),
    ] {
        define(&world, field).await;
    }
    let sales = world.person("sales").await;
    let with = |custom: Value| json!({"name": "Neu GmbH", "kinds": ["customer"], "custom": custom});
    for custom in [
        json!({"region": "east"}),
        json!({"region": 3}),
        json!({"employees": "many"}),
        json!({"employees": true}),
        json!({"checked": "yes"}),
        json!({"since": "31.1.2020"}),
        json!({"since": "2020-02-30"}),
        json!({"nick": 3}),
        json!({"nick": ["x"]}),
        json!({"nick": "x".repeat(2001)}),
        json!({"nick": ""}),
    ] {
        let key = custom.as_object().unwrap().keys().next().unwrap().clone();
        let expected = ("invalid_custom_value".to_owned(), vec![format!("/custom/{key}")]);
        assert_eq!(
            refused(&world, &sales, "directory.parties.create", with(custom.clone())).await,
            expected,
            "{custom}"
        );
    }
    let unknown = refused(&world, &sales, "directory.parties.create", with(json!({"colour": "red"}))).await;
    assert_eq!(unknown, ("unknown_custom_field".to_owned(), vec!["/custom/colour".to_owned()]));
    let filter = refused(&world, &sales, "directory.parties.list", json!({"custom": {"colour": "red"}})).await;
    assert_eq!(filter.0, "unknown_custom_field");
    // another organisation has none of them
    let rival = world.person("admin@rival.example").await;
    assert_eq!(
        refused(&world, &rival, "directory.parties.create", with(json!({"region": "north"}))).await.0,
        "unknown_custom_field"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_required_holds_for_new_records() {
    let world = World::new().await;
    define(&world, json!({"key": "region", "label": "Region", "type": "text", "required": true})).await;
    let sales = world.person("sales").await;
    let new = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    let missing = ("custom_field_required".to_owned(), vec!["/custom/region".to_owned()]);
    assert_eq!(refused(&world, &sales, "directory.parties.create", new).await, missing);
    run(&world, &sales, "directory.parties.update", json!({"id": "P-00010", "phone": "1"})).await.unwrap();
    let emptied = json!({"id": "P-00010", "custom": {"region": ""}});
    assert_eq!(refused(&world, &sales, "directory.parties.update", emptied).await.0, "invalid_custom_value");
    let new = json!({"name": "Neu GmbH", "kinds": ["customer"], "custom": {"region": "north"}});
    run(&world, &sales, "directory.parties.create", new).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_taken_back_like_other_columns() {
    let world = World::new().await;
    define(&world, json!({"key": "region", "label": "Region", "type": "choice", "choices": ["north", "south"]})).await;
    define(&world, json!({"key": "nick", "label": "Nickname", "type": "text"})).await;
    let (sales, admin) = (world.person("sales").await, world.person("admin").await);
    let custom = async || {
        run(&world, &sales, "directory.parties.get", json!({"id": "P-00010"})).await.unwrap().0["custom"].clone()
    };
    let set = async |custom: Value| {
        run(&world, &sales, "directory.parties.update", json!({"id": "P-00010", "custom": custom}))
            .await
            .unwrap()
            .1
            .unwrap()
    };
    let undo = async |call| world.gate.undo(&sales, UndoTarget::Call(call), Options::default()).await.unwrap();
    let first = set(json!({"region": "north"})).await;
    let second = set(json!({"region": "south", "nick": "Bob"})).await;
    // what brings back an old value may do so after its choice is gone, and after its field is archived
    let narrower = json!({"id": "directory.parties.region", "choices": ["south"]});
    run(&world, &admin, "directory.custom_fields.update", narrower).await.unwrap();
    run(&world, &admin, "directory.custom_fields.archive", json!({"id": "nick"})).await.unwrap();
    assert_eq!(custom().await, json!({"region": "south", "nick": "Bob"}), "archived fields are still shown");
    undo(second).await;
    assert_eq!(custom().await, json!({"region": "north"}));
    undo(first).await;
    assert_eq!(custom().await, Value::Null);
    let new = json!({"name": "Neu GmbH", "kinds": ["customer"], "custom": {"region": "south"}});
    run(&world, &sales, "directory.parties.create", new).await.unwrap();
    let (_, deleted) = run(&world, &sales, "directory.parties.delete", json!({"id": "Neu GmbH"})).await.unwrap();
    undo(deleted.unwrap()).await;
    let (again, _) = run(&world, &sales, "directory.parties.get", json!({"id": "Neu GmbH"})).await.unwrap();
    assert_eq!(again["custom"], json!({"region": "south"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_show_each_organisation_its_own_fields() {
    let world = World::new().await;
    let (sales, rival) = (world.person("sales").await, world.person("admin@rival.example").await);
    let tool = async |who: &Caller, name: &str| {
        let who = world.gate.identity().principal(who.principal.id).await.unwrap();
        json!(world.gate.catalogue().get(name).unwrap().as_tool(&who.custom))
    };
    let none =
        json!({"type": "object", "x-custom": "directory.parties", "properties": {}, "additionalProperties": false});
    let shown = |tool: &Value| {
        let mut custom = tool["input_schema"]["properties"]["custom"].clone();
        custom.as_object_mut().unwrap().remove("description");
        custom
    };
    assert_eq!(shown(&tool(&sales, "directory.parties.create").await), none);
    define(&world, json!({"key": "region", "label": "Region", "type": "choice", "choices": ["north"], "required": true, "help": "Who looks after it."})).await;
    // a call finds out that the definitions changed, and so does everything after it
    run(&world, &sales, "directory.parties.list", json!({})).await.unwrap();
    let create = tool(&sales, "directory.parties.create").await;
    assert_eq!(
        shown(&create)["properties"]["region"],
        json!({"type": "string", "enum": ["north"], "title": "Region", "description": "Region. Who looks after it."})
    );
    assert_eq!(shown(&create)["required"], json!(["region"]));
    assert!(create["input_schema"]["required"].as_array().unwrap().contains(&json!("custom")));
    assert!(create["output_schema"].to_string().contains("Who looks after it"));
    let list = tool(&sales, "directory.parties.list").await;
    assert!(shown(&list)["properties"]["region"].is_object() && list["input_schema"].get("required").is_none());
    assert_eq!(shown(&tool(&rival, "directory.parties.create").await), none);
}

/// A plan that adds a field may use it at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_uses_the_field_that_it_adds() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let calls = vec![
        Call {
            name: "directory.custom_fields.create".into(),
            arguments: json!({"entity": "directory.parties", "key": "region", "label": "Region", "type": "text"}),
        },
        Call {
            name: "directory.parties.create".into(),
            arguments: json!({"name": "Neu GmbH", "kinds": ["customer"], "custom": {"region": "north"}}),
        },
    ];
    let Answer::Done { plan_id, .. } = world.gate.submit(&admin, Plan::of(calls), Options::default()).await.unwrap()
    else {
        panic!()
    };
    world.gate.undo(&admin, UndoTarget::Plan(plan_id.unwrap()), Options::default()).await.unwrap();
    assert_eq!(
        run(&world, &admin, "directory.parties.get", json!({"id": "Neu GmbH"})).await.unwrap_err(),
        "unresolved_reference"
    );
}
