//! The machine: the folder and its keys, the disk, the address, whoever serves.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use nix::sys::statvfs::statvfs;
use nix::unistd::{Uid, User};
use steward_engines::postgres::{Holder, ServerLock};

use super::{Finding, port};
use crate::config::Config;

/// What must be free on the disk to go on, and what should be.
const TOO_FULL: u64 = 200 << 20;
const RATHER_FULL: u64 = 2 << 30;
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// Files of the data folder that only the server's user may read, and how many bytes a key has.
const KEYS: [(&str, Option<u64>); 3] =
    [("token.key", Some(32)), ("token.former", Some(32)), ("postgres-passwords.json", None)];

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let serving = ServerLock::holder(&config.data);
    let mut findings = vec![folder(&config.data, serving.as_ref()), disk(&config.data)];
    findings.extend(keys(&config.data));
    findings.push(address(config, serving.as_ref()));
    if let Some(holder) = &serving {
        findings.push(server(holder).await);
    }
    findings
}

fn folder(data: &Path, serving: Option<&Holder>) -> Finding {
    let (check, shown) = ("data folder", data.display());
    let there = data.exists();
    let place = if there { data } else { parent(data) };
    let trial = place.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(&trial, "").and_then(|()| fs::remove_file(&trial));
    if let Err(error) = written {
        let fix = format!("chown -R \"$(id -un)\" {shown}, or run steward as the user who owns it{}.", owner(place));
        return Finding::bad(check, format!("{} cannot be written to: {error}", place.display()), fix);
    }
    let state = match (serving, there) {
        (Some(holder), _) => format!("process {} serves it on {}", holder.pid, holder.address),
        (None, true) if left_over(data) => "nobody serves it now; the last server did not end cleanly".to_owned(),
        (None, true) => "nobody serves it now".to_owned(),
        (None, false) => return Finding::good(check, format!("{shown} will be made at the first start")),
    };
    let found = format!("{shown} is there; {state}");
    match data.metadata().map(|found| found.uid()) {
        Ok(uid) if uid != Uid::effective().as_raw() => {
            let fix =
                format!("Run steward as the user who owns it{}: else some of its files become yours.", owner(data));
            Finding::warning(check, format!("{found}; it is somebody else's"), fix)
        }
        _ => Finding::good(check, found),
    }
}

/// A lock file that says something although nobody holds it. It means nothing, but tells how the last server ended.
fn left_over(data: &Path) -> bool {
    fs::metadata(data.join("server.lock")).is_ok_and(|file| file.len() > 0)
}

fn owner(path: &Path) -> String {
    let user = path.metadata().ok().and_then(|found| User::from_uid(Uid::from_raw(found.uid())).ok().flatten());
    user.map_or_else(String::new, |user| format!(", {}", user.name))
}

/// The nearest folder above that is there.
fn parent(data: &Path) -> &Path {
    let above = data.ancestors().skip(1).map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
    above.into_iter().find(|path| path.exists()).unwrap_or(Path::new("."))
}

fn disk(data: &Path) -> Finding {
    let check = "disk";
    let place = if data.exists() { data } else { parent(data) };
    match statvfs(place) {
        Ok(found) => space(bytes(found.blocks_available(), found.fragment_size())),
        Err(error) => Finding::warning(check, format!("could not be asked: {error}"), "See with df how much is free."),
    }
}

/// The widths of these differ between systems.
fn bytes(blocks: impl Into<u64>, size: impl Into<u64>) -> u64 {
    blocks.into().saturating_mul(size.into())
}

fn space(free: u64) -> Finding {
    let (check, told) = ("disk", format!("{} MB free", free >> 20));
    let fix = "Make room, or move the data folder to a larger disk: a database that cannot write stops.";
    match free {
        ..TOO_FULL => Finding::bad(check, told, fix),
        TOO_FULL..RATHER_FULL => Finding::warning(check, told, fix),
        _ => Finding::good(check, told),
    }
}

/// Keys that others could read, or that are none.
pub(super) fn keys(data: &Path) -> Vec<Finding> {
    let there = KEYS.iter().map(|(name, bytes)| (data.join(name), bytes)).filter(|(path, _)| path.exists());
    let found: Vec<Finding> = there.map(|(path, bytes)| key(&path, *bytes)).collect();
    if !found.is_empty() && found.iter().all(|finding| finding.ok && finding.fix.is_none()) {
        return vec![Finding::good("keys", format!("{} files, for their owner only", found.len()))];
    }
    found.into_iter().filter(|finding| finding.fix.is_some()).collect()
}

fn key(path: &Path, bytes: Option<u64>) -> Finding {
    let (check, shown) = ("keys", path.display());
    let Ok(found) = path.metadata() else {
        return Finding::bad(check, format!("{shown} cannot be looked at"), format!("chown \"$(id -un)\" {shown}"));
    };
    if found.permissions().mode() & 0o077 != 0 {
        return Finding::bad(
            check,
            format!("{shown} can be read by others on this machine"),
            format!("chmod 600 {shown}"),
        );
    }
    if bytes.is_some_and(|bytes| bytes != found.len()) {
        let fix = format!("rm {shown}: the next start makes a new one, and everybody signs in again.");
        return Finding::bad(check, format!("{shown} is no key"), fix);
    }
    Finding::good(check, shown.to_string())
}

fn address(config: &Config, serving: Option<&Holder>) -> Finding {
    let (check, listen) = ("address", config.listen);
    if let Some(holder) = serving {
        return Finding::good(check, format!("served on {}", holder.address));
    }
    match TcpListener::bind(listen) {
        Ok(_) => links(config, listen),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let (who, or) = match port::holder(listen.port()) {
                Some((pid, name)) => (format!("by {name} (process {pid})"), format!(", or end it: kill {pid}")),
                None => ("by another process".to_owned(), String::new()),
            };
            let fix = format!("Choose another with steward serve --listen {}:PORT{or}.", listen.ip());
            Finding::warning(check, format!("{listen} is taken {who}"), fix)
        }
        Err(error) => Finding::bad(
            check,
            format!("{listen} cannot be listened on: {error}"),
            "Set STEWARD_LISTEN to an address of this machine, as 127.0.0.1:8080.",
        ),
    }
}

/// Links that are handed out have to lead here from elsewhere.
fn links(config: &Config, listen: SocketAddr) -> Finding {
    let (check, free) = ("address", format!("{listen} is free"));
    match &config.url {
        Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => Finding::bad(
            check,
            format!("STEWARD_URL is {url}, which is no address"),
            "Write it as https://steward.example.com.",
        ),
        None if !listen.ip().is_loopback() => Finding::warning(
            check,
            format!("{free}; links that are handed out will begin with http://{listen}"),
            "Set STEWARD_URL to where people reach this server, as https://steward.example.com.",
        ),
        _ => Finding::good(check, free),
    }
}

/// Whether the server that has the folder answers.
async fn server(holder: &Holder) -> Finding {
    let (check, address) = ("server", &holder.address);
    let asked = async {
        let client = reqwest::Client::builder().timeout(ANSWERS_WITHIN).build()?;
        client.get(format!("{address}/readyz")).send().await
    };
    match asked.await {
        Ok(answer) if answer.status().is_success() => Finding::good(check, "it answers, and serves"),
        Ok(answer) => {
            let detail = format!("it answers {}", answer.status());
            Finding::bad(check, detail, "Its database does not answer: its log says why.")
        }
        Err(_) => {
            let fix = format!("Look at its log; kill {} ends it, and the next start goes on.", holder.pid);
            Finding::bad(check, format!("process {} does not answer on {address}", holder.pid), fix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_bad_and_a_fuller_one_is_worse() {
        assert!(!space(10 << 20).ok);
        assert!(space(1 << 30).ok && space(1 << 30).fix.is_some());
        assert!(space(10 << 30).ok && space(10 << 30).fix.is_none());
    }

    #[test]
    fn keys_that_others_can_read_are_found() {
        let folder = std::env::temp_dir().join(format!("steward-doctor-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("token.key");
        fs::write(&file, [0; 32]).unwrap();
        let set = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        set(0o600);
        assert!(keys(&folder).iter().all(|finding| finding.ok));
        set(0o644);
        let found = keys(&folder);
        assert_eq!(found[0].fix.as_deref(), Some(format!("chmod 600 {}", file.display()).as_str()));
        fs::write(&file, "short").unwrap();
        set(0o600);
        assert!(!keys(&folder)[0].ok);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_looked_for_above() {
        assert_eq!(parent(Path::new("steward-nowhere")), Path::new("."));
        assert_eq!(parent(Path::new("/steward-nowhere/at/all")), Path::new("/"));
    }

    #[tokio::test]
    async fn whoever_has_the_port_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut config = Config::private(Path::new("steward-nowhere"));
        config.listen = taken.local_addr().unwrap();
        let found = address(&config, None);
        assert!(found.ok && found.fix.is_some(), "taken by somebody is a warning");
        if cfg!(target_os = "linux") {
            assert!(found.detail.contains(&format!("process {}", std::process::id())), "{}", found.detail);
        }
    }
}
