//! `steward doctor`: what is broken on purpose is found, and each finding that is not well says what to do.
//! A folder that cannot be written to is not tried: whoever runs this as root can write everywhere.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use steward_server::database::migrations;

use crate::support::World;

/// A folder of its own, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("steward-it-{}-doctor-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What it found, and how it ended.
fn doctor(data: &Path, settings: &[(&str, &str)]) -> (Vec<Value>, i32) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_steward"));
    command.args(["doctor", "--json"]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.current_dir(std::env::temp_dir()).env("STEWARD_DATA", data).env("STEWARD_LISTEN", free);
    command.envs(settings.iter().copied());
    let output = command.output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = told["findings"].as_array().unwrap().clone();
    for finding in &findings {
        let (ok, state) = (finding["ok"].as_bool().unwrap(), finding["state"].as_str().unwrap());
        assert_eq!(ok, state != "bad", "{finding}");
        assert_eq!(finding["fix"].as_str().is_some_and(|fix| fix.len() > 10), state != "ok", "{finding}");
    }
    let bad = findings.iter().any(|finding| finding["state"] == "bad");
    let code = output.status.code().unwrap();
    assert_eq!(code, i32::from(bad), "warnings do not change how it ends");
    (findings, code)
}

#[track_caller]
fn found<'a>(findings: &'a [Value], check: &str, state: &str) -> &'a Value {
    let finding = findings.iter().find(|finding| finding["check"] == check && finding["state"] == state);
    finding.unwrap_or_else(|| panic!("no {check} that is {state} in {findings:#?}"))
}

#[test]
fn a_machine_without_anything_is_well_and_stays_empty() {
    let folder = Folder::new("empty");
    let (findings, code) = doctor(&folder.0.join("data"), &[]);
    assert_eq!(code, 0, "{findings:#?}");
    found(&findings, "data folder", "ok");
    found(&findings, "address", "ok");
    let (findings, _) = doctor(&folder.0, &[]);
    found(&findings, "database", "ok");
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "looking makes nothing");
}

#[test]
fn what_is_broken_on_purpose_is_found() {
    let folder = Folder::new("broken");
    let key = folder.0.join("token.key");
    std::fs::write(&key, [0; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(folder.0.join("server.lock"), "1\nhttp://127.0.0.1:1\n").unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (findings, code) = doctor(&folder.0, &[("STEWARD_LISTEN", &address)]);
    assert_eq!(code, 1);
    assert_eq!(found(&findings, "keys", "bad")["fix"], format!("chmod 600 {}", key.display()));
    assert!(found(&findings, "address", "warning")["detail"].as_str().unwrap().contains("is taken by"));
    assert!(found(&findings, "data folder", "ok")["detail"].as_str().unwrap().contains("did not end cleanly"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (findings, code) = doctor(&folder.0, &[("STEWARD_LISTEN", &address)]);
    assert_eq!(code, 0, "what the fix says mends it: {findings:#?}");
}

#[test]
fn what_cannot_be_reached_is_found() {
    let folder = Folder::new("away");
    let away = "postgres://owner:hunter2@127.0.0.1:1/steward";
    let (findings, code) = doctor(&folder.0, &[("DATABASE_URL", away), ("STEWARD_URL", "steward")]);
    assert_eq!(code, 1);
    found(&findings, "database", "bad");
    found(&findings, "address", "bad");
    assert!(!format!("{findings:?}").contains("hunter2"));
    let bucket = [
        ("S3_URL", "s3://nowhere"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_REGION", "x"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
    ];
    found(&doctor(&folder.0, &bucket).0, "files", "bad");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_steward_is_noticed() {
    let world = World::new().await;
    assert_eq!(migrations::unknown(&world.owner).await.unwrap(), 0);
    let newer = "insert into _sqlx_migrations select 9999, 'newer', installed_on, success, checksum, execution_time from _sqlx_migrations limit 1";
    sqlx::query(newer).execute(&world.owner).await.unwrap();
    assert_eq!(migrations::unknown(&world.owner).await.unwrap(), 1);
    assert_eq!(migrations::pending(&world.owner).await.unwrap(), 0);
}
