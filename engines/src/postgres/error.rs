//! What can go wrong with the private cluster, each with the way out.

use std::{io, path::Path, path::PathBuf};

/// Why the private PostgreSQL, or the right to serve a data folder, could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No PostgreSQL is installed where we look.
    #[error(
        "No PostgreSQL was found in {searched}. Install it (Debian: apt-get install postgresql; macOS: brew install \
         postgresql@17), name its bin folder in STEWARD_POSTGRES_BIN, or set DATABASE_URL to a server of your own."
    )]
    NoBinaries {
        /// The places that were searched.
        searched: String,
    },
    /// The PostgreSQL that would be used is older than we support.
    #[error(
        "PostgreSQL {found} in {} is too old: 15 or newer is needed. Install a newer one, name its bin folder in \
         STEWARD_POSTGRES_BIN, or set DATABASE_URL to a server of your own.", .bin.display()
    )]
    TooOld {
        /// Its major version.
        found: u32,
        /// Where it is.
        bin: PathBuf,
    },
    /// The data was written by a major version that is not installed.
    #[error(
        "The data in {} was written by PostgreSQL {wanted}, but installed is {installed}; one major version cannot read \
         another's files. Install PostgreSQL {wanted} (Debian: apt-get install postgresql-{wanted}) to go on as before. To \
         move to another version, have both installed and run its pg_upgrade on that folder, or start Steward with \
         {wanted}, take a pg_dump, and restore it into a new data folder.", .cluster.display()
    )]
    OtherMajor {
        /// The cluster's folder.
        cluster: PathBuf,
        /// The version that wrote it.
        wanted: u32,
        /// The versions that are here.
        installed: String,
    },
    /// The extension our searches need is not part of this installation.
    #[error(
        "This PostgreSQL lacks the extension pg_trgm. Install its contrib package (it is part of Debian's postgresql; \
         elsewhere: postgresql-contrib), or name a complete installation in STEWARD_POSTGRES_BIN."
    )]
    NoTrigrams,
    /// PostgreSQL refuses to run as root, and there is nobody else to run it as.
    #[error(
        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor a user nobody. Create one \
         (useradd --system postgres), start Steward as an ordinary user, or set DATABASE_URL."
    )]
    NoUser,
    /// A file or folder cannot be used with our rights.
    #[error(
        "Not permitted: {action} {} ({source}). Start Steward as the user who owns the data folder, or correct the \
         owner and mode of that path.", .path.display()
    )]
    NotPermitted {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A parent of an existing cluster was closed to the user it runs as.
    #[error(
        "The cluster in {} belongs to user {user}, who cannot reach it: a parent folder is closed. Open the way \
         (chmod o+x on each parent), or move the data folder.", .home.display()
    )]
    Closed {
        /// The cluster's home.
        home: PathBuf,
        /// The user that PostgreSQL runs as.
        user: String,
    },
    /// Two data folders point at one cluster.
    #[error(
        "{} is a copy: its database lives in {} and belongs to {}. Use that folder, or remove the file \
         postgres-location from the copy to begin an empty one and restore a backup into it.",
        .data.display(), .home.display(), .original.display()
    )]
    Copied {
        /// The copy.
        data: PathBuf,
        /// Where the cluster lives.
        home: PathBuf,
        /// The data folder it belongs to.
        original: PathBuf,
    },
    /// The cluster that belongs to this data folder is gone.
    #[error(
        "The database of {} lived in {}, and is not there any more. Restore that folder, or remove the file \
         postgres-location from the data folder to begin an empty database and restore a backup into it.",
        .data.display(), .home.display()
    )]
    Lost {
        /// The data folder.
        data: PathBuf,
        /// Where the cluster was.
        home: PathBuf,
    },
    /// The passwords of an existing cluster are gone.
    #[error(
        "There is a database, but its passwords in {} are missing or unreadable. Restore that file from a backup of the \
         data folder.", .path.display()
    )]
    NoPasswords {
        /// Where they should be.
        path: PathBuf,
    },
    /// `initdb` failed.
    #[error("PostgreSQL could not create its files in {}: {log}", .home.display())]
    Init {
        /// Where.
        home: PathBuf,
        /// The end of what it said.
        log: String,
    },
    /// The server ended while starting.
    #[error("PostgreSQL did not start; its log is in {}. It said: {log}", .path.display())]
    Start {
        /// The folder of its logs.
        path: PathBuf,
        /// The end of what it said.
        log: String,
    },
    /// The server neither answers nor ends.
    #[error(
        "PostgreSQL (process {pid}) has neither answered nor ended for {seconds} seconds; its log is in {}. If it is \
         recovering a large database, start Steward again later; else end that process with kill -QUIT {pid}.",
        .path.display()
    )]
    Stuck {
        /// The postmaster.
        pid: i32,
        /// How long we waited.
        seconds: u64,
        /// The folder of its logs.
        path: PathBuf,
    },
    /// Another server serves this data folder.
    #[error(
        "Another Steward (process {pid}, {address}) already serves {}. Use that one, stop it first, or choose another \
         data folder.", .data.display()
    )]
    Held {
        /// The data folder.
        data: PathBuf,
        /// The process that holds it.
        pid: u32,
        /// Where it listens.
        address: String,
    },
    /// The server refused something of ours.
    #[error("The private PostgreSQL refused a connection or a set-up statement: {0}")]
    Sql(#[from] sqlx::Error),
    /// Any other trouble with a file or process.
    #[error("{action} {} failed: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

/// Turns an [`io::Error`] into ours: `.map_err(on("create", path))`.
pub(super) fn on(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PostgresError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::PermissionDenied => PostgresError::NotPermitted { action, path, source },
        _ => PostgresError::Io { action, path, source },
    }
}
