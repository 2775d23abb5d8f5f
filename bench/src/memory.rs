//! What the processes hold, as the system says.

use std::fs;

use serde::Serialize;

/// A process's memory in megabytes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Memory {
    /// What it holds now.
    pub(crate) resident: u64,
    /// The most it has held.
    pub(crate) peak: u64,
}

/// Of one process.
pub(crate) fn of(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    Memory { resident: field(&status, "VmRSS:") / 1024, peak: field(&status, "VmHWM:") / 1024 }
}

/// Of PostgreSQL with all its processes, shared memory counted once: the parent of this backend, and all its children.
pub(crate) fn of_postgres(backend: i32) -> u64 {
    let parent = |pid: &str| field(&fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default(), "PPid:");
    let postmaster = parent(&backend.to_string());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let family = pids.filter(|pid| pid.parse() == Ok(postmaster) || parent(pid) == postmaster);
    family.map(|pid| field(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default(), "Pss:")).sum::<u64>() / 1024
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
