//! What a new cluster is like.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, str::FromStr};

use sqlx::{ConnectOptions, Executor, postgres::PgConnectOptions};

use super::{Data, Login, PrivatePostgres, connect, value};

#[tokio::test]
async fn a_new_cluster_is_safe_and_closed() {
    let data = Data::new();
    let cluster = data.open().await;
    assert!(cluster.started_here());
    every_role_signs_in_and_only_the_superuser_is_one(&cluster).await;
    settings_are_safe(&cluster).await;
    files_are_closed_and_passwords_asked(&cluster, &data).await;
    cluster.stop().await.unwrap();
}

async fn every_role_signs_in_and_only_the_superuser_is_one(cluster: &PrivatePostgres) {
    for (login, superuser) in
        [(Login::Superuser, "true"), (Login::Owner, "false"), (Login::App, "false"), (Login::Worker, "false")]
    {
        let mut connection = connect(cluster, login).await;
        let role = "select concat_ws(' ', current_user, rolsuper::text, rolbypassrls or rolcreatedb or rolcreaterole) \
                    from pg_roles where rolname = current_user";
        let powers = if superuser == "true" { "t" } else { "f" };
        assert_eq!(value(&mut connection, role).await, format!("{} {superuser} {powers}", login.role()));
    }
    let mut owner = connect(cluster, Login::Owner).await;
    owner.execute("create table words (word text)").await.unwrap();
    owner.execute("create function find() returns int language sql as 'select 1'").await.unwrap();
    owner.execute("grant create on schema public to steward_login").await.unwrap();
    owner.execute("alter function find() owner to steward_login").await.unwrap();
    let mut app = connect(cluster, Login::App).await;
    assert!(app.execute("select * from words").await.is_err(), "the application owns nothing");
    let inherits = "select rolinherit::text from pg_roles where rolname = 'steward_app'";
    assert_eq!(value(&mut app, inherits).await, "false");
    let signs_in = "select rolcanlogin::text from pg_roles where rolname = 'steward_login'";
    assert_eq!(value(&mut app, signs_in).await, "false");
}

async fn settings_are_safe(cluster: &PrivatePostgres) {
    let mut superuser = connect(cluster, Login::Superuser).await;
    for (setting, expected) in [
        ("select current_setting('fsync')", "on"),
        ("select current_setting('data_checksums')", "on"),
        ("select current_setting('listen_addresses')", ""),
        ("select current_setting('server_encoding')", "UTF8"),
        ("select current_setting('jit')", "off"),
        ("select string_agg(distinct auth_method, ',') from pg_hba_file_rules", "scram-sha-256"),
        ("select (similarity('steward', 'stewart') > 0.5)::text", "true"),
        ("select ('a' < 'B' collate \"default\")::text", "false"),
    ] {
        assert_eq!(value(&mut superuser, setting).await, expected, "{setting}");
    }
    superuser.execute("create database another").await.unwrap();
    let mut another = cluster.options(Login::Superuser, "another").connect().await.unwrap();
    another.execute("select similarity('a', 'b')").await.unwrap();
}

async fn files_are_closed_and_passwords_asked(cluster: &PrivatePostgres, data: &Data) {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data.0.join("postgres-passwords.json")), 0o600);
    assert_eq!(mode(&cluster.reach.socket), 0o700);
    assert_eq!(mode(&cluster.reach.home.path), 0o700);
    assert!(cluster.program("pg_dump").exists());

    let url = PgConnectOptions::from_str(&cluster.url(Login::App, "steward")).unwrap();
    let mut app = url.connect().await.unwrap();
    assert_eq!(value(&mut app, "select current_user::text").await, "steward_app");
    let wrong = cluster.options(Login::App, "steward").password("guess").connect().await.unwrap_err();
    assert_eq!(wrong.into_database_error().unwrap().code().unwrap(), "28P01");
}
