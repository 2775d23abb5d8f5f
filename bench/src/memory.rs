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

/// How long these have been on a processor, in microseconds. What has threads is looked at as a whole, since threads come and
/// go; the system tells that in hundredths of a second, and of a process without threads in nanoseconds.
pub(crate) fn worked(pids: &[u32]) -> f64 {
    pids.iter().map(|pid| worked_alone(*pid).unwrap_or_default()).sum()
}

fn worked_alone(pid: u32) -> Option<f64> {
    if fs::read_dir(format!("/proc/{pid}/task")).ok()?.count() == 1 {
        let times = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
        return Some(times.split_whitespace().next()?.parse::<u64>().ok()? as f64 / 1e3);
    }
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // after the name, which may hold anything: the twelfth and the thirteenth are the process's own and the system's time
    let times = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
    Some(times.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() as f64 * 1e4)
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
