//! What the processes hold and how long they have worked, as the system says.

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

/// PostgreSQL with all its processes: the parent of a backend, and all its children.
pub(crate) fn family(backend: i32) -> Vec<u32> {
    let parent = |pid: u32| field(&fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default(), "PPid:");
    let postmaster = parent(backend.unsigned_abs());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
    pids.filter(|pid| u64::from(*pid) == postmaster || parent(*pid) == postmaster).collect()
}

/// What these hold in megabytes, shared memory counted once.
pub(crate) fn of_all(pids: &[u32]) -> u64 {
    let rollup = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    pids.iter().map(|pid| field(&rollup(pid), "Pss:")).sum::<u64>() / 1024
}

/// How long the threads of these have been on a processor, in microseconds.
pub(crate) fn worked(pids: &[u32]) -> f64 {
    let threads = pids.iter().flat_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten());
    let nanoseconds = threads.filter_map(|thread| {
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split_whitespace().next()?.parse::<u64>().ok()
    });
    nanoseconds.sum::<u64>() as f64 / 1e3
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
