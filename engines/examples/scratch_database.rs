//! A freshly migrated database for tools that need one: `scripts/sqlx.sh` checks the queries against it.
//!
//! `scratch_database DATA MIGRATIONS` opens the private cluster of DATA, creates the database `scratch` in it anew, applies
//! the migrations as the owner, prints the URL, and stays until its standard input closes. Like the rest of this crate it
//! has no checked queries, so that it can be built when those are out of date.

use std::{
    env,
    error::Error,
    io::{self, Read as _, Write as _},
    path::Path,
    process::ExitCode,
};

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, migrate::Migrator};
use steward_engines::postgres::{Login, PrivatePostgres};

const DATABASE: &str = "scratch";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let [data, migrations] = <[String; 2]>::try_from(env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "usage: scratch_database DATA MIGRATIONS")?;
    let cluster = PrivatePostgres::open(Path::new(&data)).await?;
    let served = serve(&cluster, Path::new(&migrations)).await;
    cluster.stop().await?;
    served
}

async fn serve(cluster: &PrivatePostgres, migrations: &Path) -> Result<(), Box<dyn Error>> {
    let mut superuser = cluster.options(Login::Superuser, "postgres").connect().await?;
    superuser.execute("drop database if exists scratch with (force)").await?;
    superuser.execute("create database scratch owner steward_owner").await?;
    superuser.close().await?;

    let mut owner = cluster.options(Login::Owner, DATABASE).connect().await?;
    Migrator::new(migrations).await?.run(&mut owner).await?;
    owner.close().await?;

    let mut out = io::stdout().lock();
    writeln!(out, "{}", cluster.url(Login::Owner, DATABASE))?;
    out.flush()?;
    drop(out);
    tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
