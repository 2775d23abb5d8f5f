//! Sabotage that is cheap enough for every run, and nets that keep the rest (`make sabotage`) from rotting.

use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::Executor as _;

use super::tell;
use crate::nets::unguarded;
use crate::support::World;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every guard of every table, taken away in turn inside a transaction: the net in `nets.rs` notices each.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_one_of_its_guards_is_noticed() {
    let world = World::new().await;
    let tables: Vec<(String, Vec<String>)> = sqlx::query_as(
        "select c.relname::text, array(select t.tgname::text from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'captured_%')
         from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let mut taken = 0;
    for (table, captures) in &tables {
        let mut guards = vec![
            format!("alter table {table} disable row level security"),
            format!("alter table {table} no force row level security"),
            format!("create policy hole on {table} to steward_app using (true)"),
            format!("create policy hole on {table} using (current_scope() = 'org')"),
            format!("grant truncate on {table} to steward_app"),
        ];
        for capture in captures {
            guards.push(format!("drop trigger {capture} on {table}"));
            guards.push(format!("alter table {table} disable trigger {capture}"));
        }
        for guard in guards {
            let mut tx = world.owner.begin().await.unwrap();
            tx.execute(sqlx::AssertSqlSafe(guard.clone())).await.unwrap();
            let noticed = unguarded(&mut tx).await;
            assert!(noticed.len() == 1 && noticed[0].starts_with(table.as_str()), "{guard}: {noticed:?}");
            tx.rollback().await.unwrap();
            taken += 1;
        }
    }
    tell(&format!("{taken} guards of {} tables", tables.len()));
    assert!(taken > 100);
}

/// The sabotages of a kind, with the tests that they say go red.
fn sabotages(folder: &str, extension: &str, comment: &str) -> Vec<(PathBuf, Vec<String>)> {
    let files = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for file in files.filter(|file| file.extension().is_some_and(|found| found == extension)) {
        let text = std::fs::read_to_string(&file).unwrap();
        let red = text.lines().next().and_then(|line| line.strip_prefix(&format!("{comment} red: ")));
        let red = red.unwrap_or_else(|| panic!("{} does not name the tests that go red", file.display()));
        found.push((file, red.split_whitespace().map(str::to_owned).collect()));
    }
    found
}

/// Everything that the tests here say.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    all
}

#[test]
fn every_sabotage_names_tests_that_there_are() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"));
    let mut all = sabotages("tests/sabotage", "sql", "--");
    all.extend(sabotages("tests/sabotage/gate", "patch", "#"));
    assert!(all.len() > 20);
    for (file, red) in all {
        assert!(!red.is_empty(), "{}", file.display());
        for test in red {
            assert!(sources.contains(&format!("fn {test}()")), "{}: no test is called {test}", file.display());
        }
    }
}

/// A patch that no longer applies shows nothing: renew it against the code as it is.
#[test]
fn every_sabotage_of_the_gate_still_applies() {
    if Command::new("git").arg("--version").output().is_err() {
        return;
    }
    let mut stale = Vec::new();
    for (file, _) in sabotages("tests/sabotage/gate", "patch", "#") {
        let check = Command::new("git").current_dir(root()).args(["apply", "--check"]).arg(&file).output().unwrap();
        if !check.status.success() {
            stale.push(format!("{}: {}", file.display(), String::from_utf8_lossy(&check.stderr)));
        }
    }
    assert!(stale.is_empty(), "these patches do not apply any more:\n{}", stale.join("\n"));
}
