//! A private PostgreSQL, from the programs installed on this machine, in the data folder.
//!
//! It listens on a Unix socket in a folder that only its user and we can enter, asks for passwords all the same, and stops
//! when the last process that uses it ends, even if that process is killed ([`seat`]).

mod binaries;
mod error;
mod home;
mod init;
mod passwords;
mod process;
mod provision;
mod seat;
mod server_lock;
#[cfg(test)]
mod tests;
mod user;

use std::{
    env, fmt,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use self::{binaries::Binaries, home::Home, passwords::Passwords, seat::Seat};
pub use self::{
    error::PostgresError,
    server_lock::{Holder, ServerLock},
};

/// A cluster that is up, started by us or already there.
pub struct PrivatePostgres {
    reach: Reach,
    binaries: Binaries,
    pid: i32,
    seat: Seat,
    started_here: bool,
}

/// As whom to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// `steward_superuser`: sets clusters and test databases up.
    Superuser,
    /// `steward_owner`: owns and migrates the database.
    Owner,
    /// `steward_app`: serves.
    App,
    /// `steward_worker`: follows the log.
    Worker,
}

impl Login {
    /// The role's name.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Superuser => "steward_superuser",
            Self::Owner => "steward_owner",
            Self::App => "steward_app",
            Self::Worker => "steward_worker",
        }
    }
}

/// The database that Steward serves, in a private cluster.
pub const DATABASE: &str = provision::DATABASE;

impl PrivatePostgres {
    /// Starts the cluster of a data folder, creating both if they are new, or attaches to it when it already runs.
    ///
    /// # Errors
    /// Says what is missing or wrong, and the way out.
    pub async fn open(data: &Path) -> Result<Self, PostgresError> {
        Self::open_with(data, env::var_os("STEWARD_POSTGRES_BIN").map(PathBuf::from)).await
    }

    async fn open_with(data: &Path, chosen: Option<PathBuf>) -> Result<Self, PostgresError> {
        let data = data.to_owned();
        let (reach, binaries, turn) = blocking(move || {
            let home = Home::of(&data)?;
            let turn = seat::turn(&home)?;
            let cluster = home.cluster();
            let binaries = Binaries::find(chosen.as_deref(), &cluster)?;
            let new = binaries::written_by(&cluster).is_none();
            let passwords = Passwords::of(&home.data, new)?;
            if new {
                init::create(&home, &binaries, &passwords.superuser)?;
            }
            Ok((Reach { socket: home.socket()?, home, passwords }, binaries, turn))
        })
        .await?;
        let login = reach.options(Login::Superuser, "postgres");
        let process::Up { mut connection, pid, seat, started_here } =
            process::up(&reach.home, &binaries, &login).await?;
        provision::once(&reach.home, &mut connection, &login, &reach.passwords).await?;
        drop(turn);
        Ok(Self { reach, binaries, pid, seat, started_here })
    }

    /// How to connect to one of the cluster's databases.
    #[must_use]
    pub fn options(&self, login: Login, database: &str) -> PgConnectOptions {
        self.reach.options(login, database)
    }

    /// The same as a URL, which both sqlx and libpq (`psql`, `pg_dump`) understand. It holds the password.
    #[must_use]
    pub fn url(&self, login: Login, database: &str) -> String {
        let socket = percent_encoded(self.reach.socket.as_os_str().as_bytes());
        let (role, password) = (login.role(), self.reach.passwords.of_login(login));
        format!("postgres://{role}:{password}@localhost:5432/{}?host={socket}", percent_encoded(database.as_bytes()))
    }

    /// Whether this call of [`PrivatePostgres::open`] started the server.
    #[must_use]
    pub fn started_here(&self) -> bool {
        self.started_here
    }

    /// A program of the same installation, such as `pg_dump`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.binaries.program(name)
    }

    /// Leaves the cluster, and stops it if nobody else uses it: whoever leaves last, not whoever came first.
    ///
    /// # Errors
    /// When the server does not end.
    pub async fn stop(self) -> Result<(), PostgresError> {
        let Self { reach: Reach { home, .. }, seat, pid, .. } = self;
        let (home, seat, last, turn) = blocking(move || {
            let turn = seat::turn(&home)?;
            let last = seat.is_last()?;
            Ok((home, seat, last, turn))
        })
        .await?;
        if last {
            process::stop(&home, pid).await?;
        }
        drop((seat, turn));
        Ok(())
    }
}

impl fmt::Debug for PrivatePostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivatePostgres")
            .field("home", &self.reach.home.path)
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}

/// What is needed to connect.
struct Reach {
    home: Home,
    socket: PathBuf,
    passwords: Passwords,
}

impl Reach {
    fn options(&self, login: Login, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(5432)
            .ssl_mode(PgSslMode::Disable)
            .username(login.role())
            .password(self.passwords.of_login(login))
            .database(database)
    }
}

/// Runs what waits for files, locks and programs away from the threads that serve.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PostgresError> + Send + 'static,
) -> Result<T, PostgresError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| error::on("work on", Path::new("the cluster"))(error.into()))?
}

fn percent_encoded(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    bytes.iter().map(|&byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
