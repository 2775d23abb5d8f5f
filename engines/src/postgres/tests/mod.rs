//! On a real PostgreSQL; every test has a data folder of its own.

mod ends;
mod places;
mod refusals;
mod roles;

use std::{
    env, fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Executor, PgConnection, Row};
use uuid::Uuid;

use super::{Login, PrivatePostgres, process};

/// A data folder of its own, removed at the end.
pub(super) struct Data(pub(super) PathBuf);

impl Data {
    pub(super) fn new() -> Self {
        Self(env::temp_dir().join(format!("steward-{}", Uuid::new_v4().simple())))
    }

    /// In a folder that only we can enter.
    pub(super) fn closed() -> (Self, PathBuf) {
        let parent = Self::new();
        fs::DirBuilder::new().mode(0o700).create(&parent.0).unwrap();
        let data = parent.0.join("data");
        (parent, data)
    }

    pub(super) async fn open(&self) -> PrivatePostgres {
        PrivatePostgres::open(&self.0).await.unwrap()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) async fn connect(cluster: &PrivatePostgres, login: Login) -> PgConnection {
    cluster.options(login, "steward").connect().await.unwrap()
}

pub(super) async fn value(connection: &mut PgConnection, sql: &'static str) -> String {
    connection.fetch_one(sql).await.unwrap().get(0)
}

/// Waits until a server is gone; how long that takes is not the point.
pub(super) fn await_end(cluster: &Path, pid: i32) {
    let since = Instant::now();
    while process::is_server(pid, cluster) {
        assert!(since.elapsed() < Duration::from_secs(60), "process {pid} never ended");
        thread::sleep(Duration::from_millis(10));
    }
}
