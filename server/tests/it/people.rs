//! Organisations, users and API keys: through the gate, and what the database holds by itself.

use serde_json::{Value, json};
use steward_tools::identity::SignIn;
use steward_tools::{Answer, Call, Caller, Credential, Error, Options, Plan, UndoTarget};

use crate::support::World;

async fn run(world: &World, who: &Caller, name: &str, arguments: Value) -> Result<(Value, Option<uuid::Uuid>), String> {
    let plan = Plan::one(Call { name: name.into(), arguments });
    match world.gate.submit(who, plan, Options::default()).await {
        Ok(Answer::Done { result, call_id, .. }) => Ok((result, call_id)),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(code(&error)),
    }
}

fn code(error: &Error) -> String {
    error.refusal().map_or_else(|| error.to_string(), |refusal| refusal.code.clone())
}

async fn done(world: &World, who: &Caller, name: &str, arguments: Value) -> Value {
    run(world, who, name, arguments).await.unwrap_or_else(|code| panic!("{name}: {code}")).0
}

async fn refused(world: &World, who: &Caller, name: &str, arguments: Value) -> String {
    run(world, who, name, arguments).await.unwrap_err()
}

fn sign_in(email: &str, password: &str) -> SignIn {
    SignIn { organization: "demo".into(), email: email.into(), password: password.into() }
}

fn token_in(link: &Value) -> &str {
    link.as_str().unwrap().split_once("/setup#token=").unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_sets_a_password_once_and_no_secret_is_kept() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let invite = json!({"email": "Neue@Demo.example", "name": "Nora Neu", "roles": ["sales"]});
    let (made, call) = run(&world, &admin, "directory.users.create", invite).await.unwrap();
    assert_eq!((&made["email"], &made["status"]), (&json!("neue@demo.example"), &json!("invited")));
    let token = token_in(&made["setup_link"]).to_owned();

    let identity = world.gate.identity();
    for (password, why) in [
        ("short", "weak_password"),
        ("neue@demo.example", "weak_password"),
        ("meridian wholesale gmbh", "weak_password"),
    ] {
        assert_eq!(code(&identity.redeem(&token, password.into(), None).await.unwrap_err()), why);
    }
    assert_eq!(code(&identity.redeem("nonsense", "correct horse".into(), None).await.unwrap_err()), "invalid_link");
    let opened = identity.redeem(made["setup_link"].as_str().unwrap(), "correct horse".into(), None).await.unwrap();
    assert_eq!(opened.principal.name, "Nora Neu");
    assert_eq!(code(&identity.redeem(&token, "another horse".into(), None).await.unwrap_err()), "invalid_link");
    identity.sign_in(sign_in("NEUE@demo.example", "correct horse"), None).await.unwrap();

    // everything that was written down, as the owner sees it
    let all = "select coalesce(string_agg(t, ' '), '') from (select row_to_json(c)::text t from calls c union all select row_to_json(h)::text from changes h where table_name in ('users', 'sign_in_links')) x";
    let written: String = sqlx::query_scalar(all).fetch_one(&world.owner).await.unwrap();
    assert!(!written.contains(&token) && !written.contains("password_hash") && !written.contains("argon2"));
    assert!(written.contains("Nora Neu has set a password by a one-time link."));

    // taking the invitation back shuts the account: what they did stays theirs
    let undone = world.gate.undo(&admin, UndoTarget::Call(call.unwrap()), Options::default()).await;
    assert!(
        undone.is_ok() || code(&undone.unwrap_err()) == "changed_since",
        "or it is refused since they have a password now"
    );
    let disabled = done(&world, &admin, "directory.users.get", json!({"id": "Nora Neu"})).await;
    if disabled["status"] == "disabled" {
        assert_eq!(
            code(&identity.sign_in(sign_in("neue@demo.example", "correct horse"), None).await.unwrap_err()),
            "wrong_credentials"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_ends_the_older_and_a_reset_ends_password_and_sessions() {
    let world = World::new().await;
    let (admin, identity) = (world.person("admin").await, world.gate.identity());
    let before = identity.sign_in(sign_in("sales@demo.example", "demo"), None).await.unwrap();
    let first = done(&world, &admin, "directory.users.reset_password", json!({"id": "sales@demo.example"})).await;
    let second = done(&world, &admin, "directory.users.reset_password", json!({"id": "Sam Rossi"})).await;
    assert_eq!(
        code(&identity.sign_in(sign_in("sales@demo.example", "demo"), None).await.unwrap_err()),
        "wrong_credentials"
    );
    assert_eq!(code(&identity.refresh(&before.refresh_token, None).await.unwrap_err()), "session_ended");
    let (first, second) = (token_in(&first["reset_link"]), token_in(&second["reset_link"]));
    assert_eq!(code(&identity.redeem(first, "correct horse".into(), None).await.unwrap_err()), "invalid_link");
    sqlx::query("update sign_in_links set expires_at = now() - interval '1 second' where used_at is null")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(
        code(&identity.redeem(second, "correct horse".into(), None).await.unwrap_err()),
        "invalid_link",
        "expired"
    );
    sqlx::query("update sign_in_links set expires_at = now() + interval '1 hour'").execute(&world.owner).await.unwrap();
    identity.redeem(second, "correct horse".into(), None).await.unwrap();
    done(&world, &admin, "directory.users.disable", json!({"id": "Sam Rossi"})).await;
    assert_eq!(
        refused(&world, &admin, "directory.users.reset_password", json!({"id": "Sam Rossi"})).await,
        "user_disabled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_looked_after_by_rules_with_names() {
    let world = World::new().await;
    let (admin, staff) = (world.person("admin").await, world.person("staff").await);
    let new = |roles: Value| json!({"email": "x@demo.example", "name": "X Y", "roles": roles});
    for (arguments, expected) in [
        (new(json!(["boss"])), "unknown_role"),
        (new(json!(["vendor"])), "vendor_needs_party"),
        (new(json!([])), "invalid_input"),
        (json!({"email": "SALES@demo.example", "name": "X Y", "roles": ["staff"]}), "email_taken"),
        (json!({"email": "nobody", "name": "X Y", "roles": ["staff"]}), "invalid_input"),
        (json!({"email": "x@demo.example", "name": "…", "roles": ["staff"]}), "invalid_input"),
    ] {
        assert_eq!(refused(&world, &admin, "directory.users.create", arguments).await, expected);
    }
    assert_eq!(
        refused(&world, &admin, "directory.users.disable", json!({"id": admin.principal.id})).await,
        "own_account"
    );
    let own = json!({"id": admin.principal.id, "roles": ["staff"]});
    assert_eq!(refused(&world, &admin, "directory.users.update", own).await, "own_roles");
    let vendor = json!({"id": "Stella Brandt", "roles": ["vendor"]});
    assert_eq!(refused(&world, &admin, "directory.users.update", vendor).await, "vendor_needs_party");
    for (name, arguments) in [
        ("directory.users.create", new(json!(["staff"]))),
        ("directory.users.disable", json!({"id": "Sam Rossi"})),
        ("directory.organizations.update", json!({"name": "Mine"})),
    ] {
        assert_eq!(refused(&world, &staff, name, arguments).await, "forbidden", "{name}");
    }
    let seen = done(&world, &staff, "directory.users.list", json!({"role": "vendor"})).await;
    assert_eq!(seen["items"][0]["party"]["name"], "Brightline Supplies Ltd");
    assert_eq!(refused(&world, &world.person("vendor").await, "directory.users.list", json!({})).await, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_people_hold_at_the_next_call_and_are_taken_back() {
    let world = World::new().await;
    let (admin, staff) = (world.person("admin").await, world.person("staff").await);
    let party = json!({"name": "Neu GmbH", "kinds": ["customer"]});
    assert_eq!(refused(&world, &staff, "directory.parties.create", party.clone()).await, "forbidden");
    let change = json!({"id": "Stella Brandt", "roles": ["sales", "sales"], "name": "Stella B."});
    let (changed, call) = run(&world, &admin, "directory.users.update", change).await.unwrap();
    assert_eq!((&changed["roles"], &changed["version"]), (&json!(["sales"]), &json!(2)));
    // as every surface has it: with the rights known when the token was read
    let renewed = Caller { principal: world.gate.identity().current(&staff).await.unwrap(), ..staff.clone() };
    done(&world, &renewed, "directory.parties.create", party.clone()).await;
    world.gate.undo(&admin, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    assert_eq!(refused(&world, &renewed, "directory.parties.create", party).await, "forbidden");
    let back = done(&world, &admin, "directory.users.get", json!({"id": "staff@demo.example"})).await;
    assert_eq!((&back["roles"], &back["name"]), (&json!(["staff"]), &json!("Stella Brandt")));

    let outsider = json!({"id": "Stella Brandt", "roles": ["vendor"], "party": "Brightline Supplies Ltd"});
    let (_, call) = run(&world, &admin, "directory.users.update", outsider).await.unwrap();
    assert_eq!(refused(&world, &staff, "directory.users.list", json!({})).await, "forbidden");
    world.gate.undo(&admin, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    assert_eq!(done(&world, &admin, "directory.users.get", json!({"id": "Stella Brandt"})).await["party"], Value::Null);

    let (_, call) = run(&world, &admin, "directory.users.disable", json!({"id": "Stella Brandt"})).await.unwrap();
    assert_eq!(refused(&world, &staff, "directory.parties.list", json!({})).await, "unauthenticated");
    world.gate.undo(&admin, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    done(&world, &world.person("staff").await, "directory.parties.list", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_keeps_an_administrator() {
    let world = World::with_policies(&[
        r#"@id("hr-too") permit (principal in Role::"hr", action in Action::"directory.people", resource);"#,
    ])
    .await;
    let (hr, admin) = (world.person("hr").await, json!({"id": "admin@demo.example"}));
    assert_eq!(refused(&world, &hr, "directory.users.disable", admin.clone()).await, "last_administrator");
    let demoted = json!({"id": "admin@demo.example", "roles": ["staff"]});
    assert_eq!(refused(&world, &hr, "directory.users.update", demoted).await, "last_administrator");
    let second = json!({"id": "Marco Silva", "roles": ["admin"]});
    done(&world, &world.person("admin").await, "directory.users.update", second).await;
    done(&world, &hr, "directory.users.disable", admin).await;

    // two who shut each other out at the same moment: one of them stays
    let world = World::new().await;
    let (ada, marco) = (world.person("admin").await, world.person("manager").await);
    done(&world, &ada, "directory.users.update", json!({"id": "Marco Silva", "roles": ["admin"]})).await;
    let marco = Caller { principal: world.gate.identity().current(&marco).await.unwrap(), ..marco };
    let (one, other) = tokio::join!(
        run(&world, &ada, "directory.users.disable", json!({"id": marco.principal.id})),
        run(&world, &marco, "directory.users.disable", json!({"id": ada.principal.id})),
    );
    assert!(one.is_err() || other.is_err(), "{one:?} {other:?}");
    let left: i64 = sqlx::query_scalar("select count(*) from users u join organizations o on o.id = u.org_id where o.code = 'demo' and u.active and 'admin' = any (u.roles)")
        .fetch_one(&world.owner).await.unwrap();
    assert_eq!(left, 1);
}

/// What the application role cannot do, whatever an operation might forget.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_people_must_not_do() {
    let world = World::new().await;
    let (admin, vendor) = (world.person("admin").await, world.person("vendor").await);
    let key = done(&world, &admin, "directory.api_keys.create", json!({"name": "one"})).await;
    done(&world, &admin, "directory.api_keys.revoke", json!({"id": key["id"]})).await;
    let insert = "insert into api_keys (org_id, id, user_id, name, prefix, hash, created_at) select org_id, gen_random_uuid(), id, 'k', 'p', 'h', now() from users where email";
    let foreign = format!("{insert} = 'sales@demo.example'");
    let own = format!(
        "select set_config('steward.pass', (select id::text from api_keys limit 1), true); {insert} = 'admin@demo.example'"
    );
    let refusals: &[(&Caller, &str, &str)] = &[
        (&admin, "own_roles", "update users set roles = '{staff}' where id = current_person()"),
        (&admin, "own_account", "update users set active = false where id = current_person()"),
        (
            &admin,
            "last_administrator",
            "select set_config('steward.person', '', true); update users set active = false where email = 'admin@demo.example'",
        ),
        (&admin, "organization_fixed", "update organizations set currency = 'USD'"),
        (&admin, "limits_are_amounts", "update organizations set limits = '{\"credited\": -1}'"),
        (
            &admin,
            "user_email_plain",
            "insert into users (org_id, id, email, name, roles, created_at) values (current_org(), gen_random_uuid(), 'X@Y.Z', 'x', '{staff}', now())",
        ),
        (&admin, "vendor_has_party", "update users set roles = '{vendor}' where email = 'staff@demo.example'"),
        (&admin, "user_has_role", "update users set roles = '{}' where email = 'staff@demo.example'"),
        (&admin, "permission", "select password_hash from users"),
        (&admin, "permission", "select hash from api_keys"),
        (&admin, "permission", "select hash from refresh_tokens"),
        (&admin, "permission", "delete from users"),
        (&admin, "permission", "update users set email = 'x@y.z'"),
        (&admin, "permission", foreign.as_str()),
        (&admin, "api_key_by_person", own.as_str()),
        (&admin, "api_key_revoked", "update api_keys set revoked_at = null"),
        (
            &admin,
            "api_key_scoped",
            "insert into api_keys (org_id, id, user_id, name, prefix, hash, scopes, created_at) values (current_org(), gen_random_uuid(), current_person(), 'k', 'p', 'h', '{}', now())",
        ),
    ];
    for (who, expected, sql) in refusals {
        let (mut tx, _) = world.gate.identity().transaction(who).await.unwrap();
        let ran = async {
            sqlx::raw_sql(sqlx::AssertSqlSafe((*sql).to_owned())).execute(&mut *tx).await?;
            sqlx::raw_sql("set constraints all immediate").execute(&mut *tx).await
        };
        let error = ran.await.expect_err(sql).into_database_error().unwrap();
        let by =
            error.constraint().unwrap_or(if error.code().as_deref() == Some("42501") { "permission" } else { "?" });
        assert_eq!(by, *expected, "{sql}: {error}");
    }
    // an outsider meets nobody but themselves
    let (mut tx, _) = world.gate.identity().transaction(&vendor).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from users").fetch_one(&mut *tx).await.unwrap();
    let changed =
        sqlx::query("update users set name = 'x' where id <> current_person()").execute(&mut *tx).await.unwrap();
    assert_eq!((seen, changed.rows_affected()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organisation_is_changed_by_its_administrator_and_holds_at_once() {
    let world = World::new().await;
    let (admin, accountant) = (world.person("admin").await, world.person("accountant").await);
    let change = json!({"name": "Meridian AG", "zone": "America/New_York", "limits": {"credited": "5000", "posted": "99.90", "received": ""}});
    let (changed, call) = run(&world, &admin, "directory.organizations.update", change).await.unwrap();
    assert_eq!(
        changed["limits"],
        json!({"credited": {"amount": "5000.00", "currency": "EUR"}, "posted": {"amount": "99.90", "currency": "EUR"}})
    );
    // the accountant was read before: the next call learns of it
    let draft = json!({"customer": "Globex Industries SE", "lines": [{"description": "Desk", "quantity": "1", "unit_price": "200"}]});
    let draft = done(&world, &accountant, "accounting.invoices.create", draft).await;
    let posting = Plan::one(Call { name: "accounting.invoices.post".into(), arguments: json!({"id": draft["id"]}) });
    let asked = world.gate.submit(&accountant, posting.clone(), Options::default()).await.unwrap();
    assert!(matches!(asked, Answer::NeedsApproval { approval } if approval.approver == "role:controller"));
    world.gate.undo(&admin, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    let back = done(&world, &accountant, "directory.organizations.get", json!({})).await;
    assert_eq!(
        (&back["name"], &back["zone"], &back["limits"]["received"]["amount"]),
        (&json!("Meridian Wholesale GmbH"), &json!("Europe/Vienna"), &json!("10000.00"))
    );
    assert!(matches!(world.gate.submit(&accountant, posting, Options::default()).await.unwrap(), Answer::Done { .. }));
    for (arguments, expected) in [
        (json!({"zone": "Mars/Base"}), "unknown_zone"),
        (json!({"limits": {"credited": "much"}}), "invalid_input"),
        (json!({"limits": {"credited": "-5"}}), "invalid_input"),
        (json!({"limits": {"credited": "0.001"}}), "invalid_input"),
        (json!({"limits": {"Credited!": "5"}}), "invalid_input"),
        (json!({"version": 1, "name": "Late"}), "stale_version"),
        (json!({"id": uuid::Uuid::now_v7(), "name": "Mine"}), "not_found"),
    ] {
        assert_eq!(refused(&world, &admin, "directory.organizations.update", arguments).await, expected);
    }
    let listed = done(&world, &accountant, "directory.organizations.list", json!({})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_by_who_knows_it() {
    let world = World::new().await;
    let identity = world.gate.identity();
    let (here, there) = (
        identity.sign_in(sign_in("staff@demo.example", "demo"), None).await.unwrap(),
        identity.sign_in(sign_in("staff@demo.example", "demo"), None).await.unwrap(),
    );
    let me = Caller { pass: Some(here.session), ..world.person("staff").await };
    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let name = "directory.users.change_password";
    assert_eq!(refused(&world, &me, name, change("demo", "short")).await, "weak_password");
    assert_eq!(refused(&world, &me, name, change("wrong", "correct horse")).await, "wrong_password");
    let (_, call) = run(&world, &me, name, change("demo", "correct horse")).await.unwrap();
    done(&world, &me, "directory.parties.list", json!({})).await;
    let elsewhere = Caller { pass: Some(there.session), ..me.clone() };
    assert_eq!(refused(&world, &elsewhere, "directory.parties.list", json!({})).await, "unauthenticated");
    identity.sign_in(sign_in("staff@demo.example", "correct horse"), None).await.unwrap();
    let input: Value =
        sqlx::query_scalar("select input from calls where id = $1").bind(call).fetch_one(&world.owner).await.unwrap();
    assert_eq!(input, json!({"current": "•••", "new": "•••"}));
    for _ in 0..4 {
        assert_eq!(refused(&world, &me, name, change("wrong", "correct horse")).await, "wrong_password");
    }
    assert_eq!(refused(&world, &me, name, change("correct horse", "better horse")).await, "too_many_attempts");
    let through_agent = Caller { surface: steward_tools::Surface::Agent, ..world.person("sales").await };
    assert_eq!(refused(&world, &through_agent, name, change("demo", "correct horse")).await, "secret_needs_person");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_have_their_owners_rights_or_fewer() {
    let world = World::new().await;
    let (admin, me) = (world.person("admin").await, world.person("accountant").await);
    let identity = world.gate.identity();
    let as_key = async |key: &Value| {
        let known = identity.key(key["key"].as_str().unwrap()).await.unwrap();
        Caller { credential: Credential::Key, pass: Some(known.id), scopes: known.scopes.clone(), ..me.clone() }
    };
    for (arguments, expected) in [
        (json!({"name": "x", "scopes": ["accounting.everything"]}), "unknown_scope"),
        (json!({"name": "x", "scopes": []}), "no_scope"),
        (json!({"name": "x", "expires_on": "2020-01-01"}), "expired_already"),
    ] {
        assert_eq!(refused(&world, &me, "directory.api_keys.create", arguments).await, expected);
    }
    let whole = done(&world, &me, "directory.api_keys.create", json!({"name": "whole"})).await;
    let narrow =
        json!({"name": "narrow", "scopes": ["accounting.read", "directory.users.create"], "expires_on": "2099-12-31"});
    let narrow = done(&world, &me, "directory.api_keys.create", narrow).await;
    assert!(narrow["key"].as_str().unwrap().starts_with(narrow["prefix"].as_str().unwrap()));

    let (whole_key, narrow_key) = (as_key(&whole).await, as_key(&narrow).await);
    done(&world, &whole_key, "directory.parties.list", json!({})).await;
    done(&world, &narrow_key, "accounting.invoices.list", json!({})).await;
    assert_eq!(refused(&world, &narrow_key, "directory.parties.list", json!({})).await, "forbidden");
    assert_eq!(
        refused(
            &world,
            &narrow_key,
            "directory.users.create",
            json!({"email": "x@y.zz", "name": "x", "roles": ["admin"]})
        )
        .await,
        "forbidden",
        "scopes never widen"
    );
    assert_eq!(
        refused(&world, &whole_key, "directory.api_keys.create", json!({"name": "offspring"})).await,
        "needs_person"
    );

    let seen = done(&world, &admin, "directory.api_keys.list", json!({})).await;
    assert_eq!(seen["items"].as_array().unwrap().len(), 2);
    assert!(!seen.to_string().contains(whole["key"].as_str().unwrap()));
    let theirs = done(&world, &world.person("sales").await, "directory.api_keys.list", json!({})).await;
    assert_eq!(theirs["items"], json!([]));
    let sales = world.person("sales").await;
    assert_eq!(refused(&world, &sales, "directory.api_keys.revoke", json!({"id": whole["id"]})).await, "not_found");
    done(&world, &admin, "directory.api_keys.revoke", json!({"id": "whole"})).await;
    assert_eq!(refused(&world, &whole_key, "directory.parties.list", json!({})).await, "unauthenticated", "at once");
    sqlx::query("alter table api_keys disable trigger user").execute(&world.owner).await.unwrap();
    sqlx::query("update api_keys set expires_at = now(), expires_on = current_date")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(refused(&world, &narrow_key, "accounting.invoices.list", json!({})).await, "unauthenticated", "expired");
}
