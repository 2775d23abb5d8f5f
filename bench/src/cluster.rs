//! The private PostgreSQL of the benchmark, and its sample data: made once, copied for every run.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use steward_engines::postgres::{DATABASE, Login, PrivatePostgres};
use steward_tools::identity::hash_password;
use uuid::Uuid;

use crate::{Args, Result, server};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "a long bench password";
const TEMPLATE: &str = "bench_template";

/// The cluster, up.
pub(crate) struct Cluster {
    pub(crate) data: PathBuf,
    postgres: PrivatePostgres,
}

/// A company of the sample data, as bare SQL needs to know it.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) code: String,
    pub(crate) org: Uuid,
    pub(crate) accountant: Uuid,
    pub(crate) sales: Uuid,
    /// Receivables, revenue, tax.
    pub(crate) accounts: Vec<Uuid>,
    pub(crate) tax_code: Uuid,
}

impl Cluster {
    /// Opens the cluster of the data folder, with statements counted.
    pub(crate) async fn open(data: &Path) -> Result<Self> {
        std::fs::create_dir_all(data)?;
        let data = data.canonicalize()?;
        let postgres = PrivatePostgres::open(&data).await?;
        let cluster = Self { data, postgres };
        let mut admin = cluster.connect(Login::Superuser, "postgres").await?;
        let preloaded: String = sqlx::query_scalar("show shared_preload_libraries").fetch_one(&mut admin).await?;
        if preloaded.contains("pg_stat_statements") {
            return Ok(cluster);
        }
        admin.execute("alter system set shared_preload_libraries = 'pg_stat_statements'").await?;
        admin.close().await?;
        let data = cluster.data.clone();
        cluster.postgres.stop().await?;
        let cluster = Self { postgres: PrivatePostgres::open(&data).await?, data };
        let mut admin = cluster.connect(Login::Superuser, "postgres").await?;
        for sql in [
            "alter system set pg_stat_statements.track = 'none'",
            "alter system set pg_stat_statements.track_utility = on",
            "create extension if not exists pg_stat_statements",
            "select pg_reload_conf()",
        ] {
            admin.execute(sql).await?;
        }
        Ok(cluster)
    }

    pub(crate) async fn connect(&self, login: Login, database: &str) -> Result<PgConnection> {
        Ok(PgConnection::connect_with(&self.postgres.options(login, database)).await?)
    }

    /// How to connect.
    pub(crate) fn options(&self, login: Login, database: &str) -> sqlx::postgres::PgConnectOptions {
        self.postgres.options(login, database)
    }

    /// The socket on which it listens.
    pub(crate) async fn socket(&self) -> Result<PathBuf> {
        let mut admin = self.connect(Login::Superuser, "postgres").await?;
        let folder: String = sqlx::query_scalar("show unix_socket_directories").fetch_one(&mut admin).await?;
        Ok(Path::new(folder.trim_matches('"')).join(".s.PGSQL.5432"))
    }

    /// The company's database at an address of this machine that passes on to it, for the application role.
    pub(crate) fn url_at(&self, address: std::net::SocketAddr) -> Result<String> {
        let url = self.postgres.url(Login::App, DATABASE);
        let (who, _) = url.split_once("@localhost:5432/").ok_or("the address of the database is not as expected")?;
        Ok(format!("{who}@{address}/{DATABASE}?sslmode=disable"))
    }

    /// The processes of PostgreSQL, as they are now.
    pub(crate) async fn processes(&self) -> Result<Vec<u32>> {
        let mut admin = self.connect(Login::Superuser, "postgres").await?;
        let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut admin).await?;
        Ok(crate::memory::family(backend))
    }

    /// A connection to the company's database.
    pub(crate) async fn there(&self, login: Login) -> Result<PgConnection> {
        self.connect(login, DATABASE).await
    }

    /// A pool of the application role.
    pub(crate) fn pool(&self) -> sqlx::PgPool {
        steward_server::database::app_pool(self.postgres.options(Login::App, DATABASE))
    }

    /// Leaves it; it stops, unless a server uses it.
    pub(crate) async fn stop(self) -> Result<()> {
        Ok(self.postgres.stop().await?)
    }

    /// Sets something for the whole cluster, at once.
    pub(crate) async fn set(&self, setting: &str, value: &str) -> Result<()> {
        let mut admin = self.connect(Login::Superuser, "postgres").await?;
        admin.execute(AssertSqlSafe(format!("alter system set {setting} = '{value}'"))).await?;
        admin.execute("select pg_reload_conf()").await?;
        // every session hears of it before its next statement, once the postmaster has
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        Ok(())
    }

    /// A fresh copy of the sample data, brought up to date by the server that is measured. It is made where there is none of
    /// this size, or where a newer server has made it.
    pub(crate) async fn prepare(&self, args: &Args, tell: &dyn Fn(&str)) -> Result<()> {
        let (stamp, binary) = (stamp(args), server::binary(args)?);
        let mut admin = self.connect(Login::Superuser, "postgres").await?;
        self.set("synchronous_commit", "on").await?;
        let made: Option<String> =
            sqlx::query_scalar("select shobj_description(oid, 'pg_database') from pg_database where datname = $1")
                .bind(TEMPLATE)
                .fetch_optional(&mut admin)
                .await?
                .flatten();
        drop_database(&mut admin, DATABASE).await?;
        let mut fits = made.as_deref() == Some(&stamp);
        if fits {
            tell("copying the sample data");
            create_database(&mut admin, TEMPLATE).await?;
            fits = server::command(&binary, &self.data).arg("migrate").output()?.status.success();
        }
        if !fits {
            drop_database(&mut admin, DATABASE).await?;
            drop_database(&mut admin, TEMPLATE).await?;
            create_database(&mut admin, "template0").await?;
            self.seed(args, &binary, tell).await?;
            admin.execute(AssertSqlSafe(format!("alter database {DATABASE} rename to {TEMPLATE}"))).await?;
            admin.execute(AssertSqlSafe(format!("comment on database {TEMPLATE} is '{stamp}'"))).await?;
            create_database(&mut admin, TEMPLATE).await?;
        }
        let mut superuser = self.there(Login::Superuser).await?;
        superuser.execute(include_str!("../sql/bare.sql")).await?;
        admin.execute("checkpoint").await?;
        Ok(())
    }

    async fn seed(&self, args: &Args, binary: &Path, tell: &dyn Fn(&str)) -> Result<()> {
        tell("making the sample data, once");
        let mut superuser = self.there(Login::Superuser).await?;
        superuser.execute("create extension if not exists pg_trgm").await?;
        server::found(binary, &self.data)?;
        sqlx::query("select set_config('bench.rows', $1, false), set_config('bench.hash', $2, false)")
            .bind(args.rows.to_string())
            .bind(hash_password(PASSWORD)?)
            .execute(&mut superuser)
            .await?;
        superuser.execute(include_str!("../sql/seed.sql")).await?;
        tell("making ledgers of 10,000, 100,000 and 1,000,000 lines, once");
        superuser.execute(include_str!("../sql/ledger.sql")).await?;
        superuser.execute("vacuum (freeze, analyze)").await?;
        superuser.close().await?;
        Ok(())
    }

    /// The companies: the big one first, then those that write.
    pub(crate) async fn companies(&self) -> Result<Vec<Company>> {
        let mut superuser = self.there(Login::Superuser).await?;
        let rows: Vec<(String, Uuid, Uuid, Uuid, Vec<Uuid>, Uuid)> = sqlx::query_as(
            "select o.code, o.id, (select u.id from users u where u.org_id = o.id and u.email like 'accountant@%'),
                 (select u.id from users u where u.org_id = o.id and u.email like 'sales@%'),
                 (select array_agg(a.id order by array_position(array['receivable', 'revenue', 'tax'], a.purpose)) from accounts a
                  where a.org_id = o.id and a.purpose in ('receivable', 'revenue', 'tax')),
                 (select t.id from tax_codes t where t.org_id = o.id and t.is_default)
             from organizations o where o.code ~ '^(bench|w[0-9]{2})$' order by o.code",
        )
        .fetch_all(&mut superuser)
        .await?;
        let company = |(code, org, accountant, sales, accounts, tax_code)| Company {
            code,
            org,
            accountant,
            sales,
            accounts,
            tax_code,
        };
        Ok(rows.into_iter().map(company).collect())
    }
}

/// What the sample data depends on.
fn stamp(args: &Args) -> String {
    let made = [include_str!("../sql/seed.sql"), include_str!("../sql/ledger.sql")].concat();
    let seed = made.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{} rows, seed {seed:08x}", args.rows)
}

async fn drop_database(admin: &mut PgConnection, name: &str) -> Result<()> {
    admin.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
    Ok(())
}

async fn create_database(admin: &mut PgConnection, template: &str) -> Result<()> {
    let sql = format!("create database {DATABASE} owner steward_owner template {template} strategy file_copy");
    admin.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
