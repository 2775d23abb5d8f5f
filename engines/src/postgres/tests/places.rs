//! Where a cluster lives, and who serves a data folder.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, symlink},
    str::FromStr,
};

use nix::unistd::Uid;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use super::{Data, Login, PrivatePostgres};
use crate::postgres::{Holder, PostgresError, ServerLock};

#[tokio::test]
async fn as_root_a_closed_data_folder_has_its_cluster_elsewhere() {
    if !Uid::effective().is_root() {
        return;
    }
    let (parent, data) = Data::closed();
    let cluster = PrivatePostgres::open(&data).await.unwrap();
    let home = cluster.reach.home.path.clone();
    assert!(home.starts_with("/var/lib/steward"), "{}", home.display());
    assert_ne!(fs::metadata(home.join("cluster")).unwrap().uid(), 0);
    assert!(!data.join("postgres").exists());
    cluster.stop().await.unwrap();

    let moved = parent.0.join("moved");
    fs::rename(&data, &moved).unwrap();
    let cluster = PrivatePostgres::open(&moved).await.unwrap();
    assert_eq!(cluster.reach.home.path, home);
    cluster.stop().await.unwrap();

    fs::create_dir(&data).unwrap();
    fs::copy(moved.join("postgres-location"), data.join("postgres-location")).unwrap();
    let error = PrivatePostgres::open(&data).await.unwrap_err();
    assert!(matches!(error, PostgresError::Copied { .. }), "{error}");
    fs::remove_dir_all(&home).unwrap();
    let error = PrivatePostgres::open(&moved).await.unwrap_err();
    assert!(matches!(error, PostgresError::Lost { .. }), "{error}");
}

#[tokio::test]
async fn a_long_or_odd_path_is_no_trouble() {
    let data = Data::new();
    let real = Data(data.0.join(format!("o'dd \"näme\", {}", "x".repeat(100))));
    fs::DirBuilder::new().mode(0o755).create(&data.0).unwrap();
    fs::DirBuilder::new().mode(0o755).create(&real.0).unwrap();
    let link = data.0.join("link");
    symlink(&real.0, &link).unwrap();
    let first = PrivatePostgres::open(&link).await.unwrap();
    let second = real.open().await;
    assert_eq!(first.pid, second.pid);
    let socket = first.reach.socket.clone();
    assert!(!socket.starts_with(&data.0), "{}", socket.display());
    let url = PgConnectOptions::from_str(&second.url(Login::App, "steward")).unwrap();
    url.connect().await.unwrap();
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    fs::remove_dir_all(socket).unwrap();
}

#[test]
fn a_data_folder_has_one_server() {
    let data = Data::new();
    assert_eq!(ServerLock::holder(&data.0), None);
    let mut lock = ServerLock::claim(&data.0, "127.0.0.1:0").unwrap();
    lock.announce("127.0.0.1:7000").unwrap();
    let pid = std::process::id();
    assert_eq!(ServerLock::holder(&data.0), Some(Holder { pid, address: "127.0.0.1:7000".into() }));
    let refused = ServerLock::claim(&data.0, "127.0.0.1:7001").unwrap_err();
    assert!(matches!(&refused, PostgresError::Held { pid: by, .. } if *by == pid), "{refused}");
    assert!(refused.to_string().contains("127.0.0.1:7000"));
    drop(lock);
    assert_eq!(ServerLock::holder(&data.0), None);

    // What a dead process left behind means nothing.
    fs::write(data.0.join("server.lock"), "1\n127.0.0.1:7002\n").unwrap();
    assert_eq!(ServerLock::holder(&data.0), None);
    ServerLock::claim(&data.0, "127.0.0.1:7003").unwrap();
}
