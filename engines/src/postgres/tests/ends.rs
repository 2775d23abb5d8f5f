//! How a cluster ends, and how it comes back.

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{Connection, Executor};

use super::{Data, Login, PrivatePostgres, await_end, connect, process, value};
use crate::postgres::home::Home;

#[tokio::test]
async fn the_last_one_out_stops_it_and_the_data_stays() {
    let data = Data::new();
    let first = data.open().await;
    let mut owner = connect(&first, Login::Owner).await;
    owner.execute("create table kept as select 'kept' as word").await.unwrap();
    owner.close().await.unwrap();
    let second = data.open().await;
    assert!(!second.started_here());
    assert_eq!(first.pid, second.pid);

    first.stop().await.unwrap();
    let mut owner = connect(&second, Login::Owner).await;
    assert_eq!(value(&mut owner, "select word from kept").await, "kept");
    let (home, pid) = (second.reach.home.cluster(), second.pid);
    second.stop().await.unwrap();
    assert!(!process::is_server(pid, &home));
    assert!(!home.join("postmaster.pid").exists());

    let third = data.open().await;
    assert!(third.started_here());
    let mut owner = connect(&third, Login::Owner).await;
    assert_eq!(value(&mut owner, "select word from kept").await, "kept");
    drop(owner);
    let pid = third.pid;
    drop(third);
    await_end(&home, pid);
}

/// Not a test by itself: the process that [`a_killed_process_takes_its_server_along_unless_it_is_used`] kills.
#[tokio::test]
async fn hold_a_cluster_until_killed() {
    let Some(data) = env::var_os("STEWARD_TEST_HOLD") else {
        return;
    };
    let _cluster = PrivatePostgres::open(Path::new(&data)).await.unwrap();
    fs::write(Path::new(&data).join("held"), "").unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
}

fn hold(data: &Data) -> Child {
    let (_, here) = module_path!().split_once("::").unwrap();
    let mut test = Command::new(env::current_exe().unwrap());
    test.args(["--exact", &format!("{here}::hold_a_cluster_until_killed")]).env("STEWARD_TEST_HOLD", &data.0);
    let child = test.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (held, since) = (data.0.join("held"), Instant::now());
    while fs::remove_file(&held).is_err() {
        assert!(since.elapsed() < Duration::from_secs(60), "the other process never had its cluster");
        thread::sleep(Duration::from_millis(10));
    }
    child
}

#[tokio::test]
async fn a_killed_process_takes_its_server_along_unless_it_is_used() {
    let data = Data::new();
    let mut other = hold(&data);
    let attached = data.open().await;
    assert!(!attached.started_here());
    other.kill().unwrap();
    other.wait().unwrap();
    let mut owner = connect(&attached, Login::Owner).await;
    assert_eq!(value(&mut owner, "select 'there'").await, "there");
    let (cluster, pid) = (attached.reach.home.cluster(), attached.pid);
    attached.stop().await.unwrap();
    assert!(!process::is_server(pid, &cluster));

    let mut other = hold(&data);
    let pid = process::named(&cluster).unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
    await_end(&cluster, pid);
    let next = data.open().await;
    assert!(next.started_here());
    next.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_is_recovered() {
    let data = Data::new();
    let first = data.open().await;
    let mut owner = connect(&first, Login::Owner).await;
    owner.execute("create table kept as select 'kept' as word").await.unwrap();
    kill(Pid::from_raw(first.pid), Signal::SIGKILL).unwrap();

    let second = data.open().await;
    assert!(second.started_here());
    assert_ne!(first.pid, second.pid);
    let mut owner = connect(&second, Login::Owner).await;
    assert_eq!(value(&mut owner, "select word from kept").await, "kept");
    drop(first);
    let (cluster, pid) = (second.reach.home.cluster(), second.pid);
    second.stop().await.unwrap();
    assert!(!process::is_server(pid, &cluster));

    // A lock file whose process id now belongs to someone else: here, to a process of the same user.
    let home = Home::of(&data.0).unwrap();
    let mut someone = home.run_as.command("/bin/sleep").arg("120").spawn().unwrap();
    let lock = cluster.join("postmaster.pid");
    fs::write(&lock, format!("{}\n{}\n", someone.id(), cluster.display())).unwrap();
    home.run_as.give(&lock, 0o600).unwrap();
    let third = data.open().await;
    assert!(third.started_here());
    third.stop().await.unwrap();
    assert!(someone.try_wait().unwrap().is_none(), "the stranger was left alone");
    someone.kill().unwrap();
    someone.wait().unwrap();
}

#[tokio::test]
async fn an_interrupted_first_start_is_made_good() {
    let data = Data::new();
    fs::create_dir_all(data.0.join("postgres/cluster.new/base")).unwrap();
    fs::write(data.0.join("postgres/password.new"), "old").unwrap();
    let first = data.open().await;
    let marker = first.reach.home.path.join("provisioned");
    first.stop().await.unwrap();

    // As if it had ended between the roles and the marker.
    fs::remove_file(&marker).unwrap();
    let (second, third) = tokio::join!(data.open(), data.open());
    assert_ne!(second.started_here(), third.started_here());
    assert!(marker.exists());
    connect(&third, Login::App).await;
    second.stop().await.unwrap();
    third.stop().await.unwrap();
}
