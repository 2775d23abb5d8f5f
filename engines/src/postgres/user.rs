//! Who the server's processes run as: ourselves or, since PostgreSQL refuses root, an ordinary user.

use std::{
    env, fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
};

use nix::unistd::{Uid, User};

use super::{PostgresError, error::on};

#[derive(Debug, Clone)]
pub(super) enum RunAs {
    Ourselves,
    Other { name: String, uid: u32, gid: u32 },
}

impl RunAs {
    /// As root: the owner of the cluster if it exists, else `postgres`, else `nobody`.
    pub(super) fn pick(cluster: &Path) -> Result<Self, PostgresError> {
        if !Uid::effective().is_root() {
            return Ok(Self::Ourselves);
        }
        let owner = fs::metadata(cluster).ok().map(|found| found.uid()).filter(|uid| *uid != 0);
        let owner = owner.and_then(|uid| User::from_uid(Uid::from_raw(uid)).ok().flatten());
        let known = ["postgres", "_postgres", "nobody"].into_iter();
        let user = owner.or_else(|| known.filter_map(|name| User::from_name(name).ok().flatten()).next());
        let User { name, uid, gid, .. } = user.ok_or(PostgresError::NoUser)?;
        Ok(Self::Other { name, uid: uid.as_raw(), gid: gid.as_raw() })
    }

    /// A command with their rights, none of our environment (it holds secrets), and out of reach of the terminal's Ctrl-C,
    /// so that we can finish our work before the database goes.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().env("LC_ALL", "C");
        for kept in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let Some(value) = env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Makes a file or folder of ours theirs, and closes it to everyone else.
    pub(super) fn give(&self, path: &Path, mode: u32) -> Result<(), PostgresError> {
        if let Self::Other { uid, gid, .. } = self {
            chown(path, Some(*uid), Some(*gid)).map_err(on("give away", path))?;
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(on("set the mode of", path))
    }

    pub(super) fn owns(&self, path: &Path) -> bool {
        let uid = match self {
            Self::Ourselves => Uid::effective().as_raw(),
            Self::Other { uid, .. } => *uid,
        };
        fs::symlink_metadata(path).is_ok_and(|found| found.uid() == uid)
    }

    /// Whether they can get into a folder; asked of the system, which also knows about access lists.
    pub(super) fn reaches(&self, folder: &Path) -> Result<bool, PostgresError> {
        let tried = self.command("/bin/sh").args(["-c", ":"]).current_dir(folder).status();
        match tried {
            Ok(_) => Ok(true),
            Err(error) if error.raw_os_error() == Some(nix::errno::Errno::EACCES as i32) => Ok(false),
            Err(error) => Err(on("run a program as another user in", folder)(error)),
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Ourselves => {
                User::from_uid(Uid::effective()).ok().flatten().map_or_else(String::new, |user| user.name)
            }
            Self::Other { name, .. } => name.clone(),
        }
    }
}

/// Creates a folder; one that is already there is as good.
pub(super) fn ensure_folder(path: &Path) -> Result<(), PostgresError> {
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(on("create", path)(error)),
        _ => Ok(()),
    }
}
