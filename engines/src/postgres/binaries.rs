//! Which installed PostgreSQL to use.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::PostgresError;

/// The oldest major version we support.
const OLDEST: u32 = 15;

/// The programs of one PostgreSQL installation.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    bin: PathBuf,
    major: u32,
}

impl Binaries {
    /// The version that wrote the cluster's files if there are any, else the newest; `chosen` overrides where to look.
    pub(super) fn find(chosen: Option<&Path>, cluster: &Path) -> Result<Self, PostgresError> {
        let places = chosen.map_or_else(installed, |bin| vec![bin.to_owned()]);
        let found: Vec<Self> = places.iter().filter_map(|bin| Self::at(bin)).collect();
        let Some(newest) = found.iter().rev().max_by_key(|each| each.major) else {
            let searched = places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>();
            return Err(PostgresError::NoBinaries { searched: searched.join(", ") });
        };
        let usable = match written_by(cluster) {
            None => newest,
            Some(wanted) => found.iter().find(|each| each.major == wanted).ok_or_else(|| {
                PostgresError::OtherMajor { cluster: cluster.to_owned(), wanted, installed: majors(&found) }
            })?,
        };
        match usable.major {
            OLDEST.. => Ok(usable.clone()),
            found => Err(PostgresError::TooOld { found, bin: usable.bin.clone() }),
        }
    }

    fn at(bin: &Path) -> Option<Self> {
        let said = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { bin: bin.to_owned(), major })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }
}

/// Every folder where `postgres` may be: Debian, Red Hat, Homebrew, then PATH.
fn installed() -> Vec<PathBuf> {
    let mut places = children("/usr/lib/postgresql", "");
    places.extend(children("/usr", "pgsql-"));
    places.extend(children("/opt/homebrew/opt", "postgresql@"));
    places.extend(children("/usr/local/opt", "postgresql@"));
    places.sort();
    for place in &mut places {
        place.push("bin");
    }
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

fn children(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)).map(|entry| entry.path()).collect()
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
pub(super) fn major_of(said: &str) -> Option<u32> {
    let version = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The major version that wrote a cluster's files, if there is a cluster.
pub(super) fn written_by(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn majors(found: &[Binaries]) -> String {
    let mut majors: Vec<u32> = found.iter().map(|each| each.major).collect();
    majors.sort_unstable();
    majors.dedup();
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
