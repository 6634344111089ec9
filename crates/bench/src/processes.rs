//! What processes cost, as the kernel counts it under /proc.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The kernel reports processor time to programs in hundredths of a second, whatever its own clock does.
const MS_PER_TICK: u64 = 10;
const BYTES_PER_SECTOR: u64 = 512; // in /proc/diskstats, whatever the disk's own sectors are

/// A process id.
pub(crate) type Pid = u32;

/// What some processes have used since they began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) cpu_ms: u64,
    pub(crate) bytes_written: u64,
}

impl Usage {
    /// What was used between two readings.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            cpu_ms: self.cpu_ms.saturating_sub(before.cpu_ms),
            bytes_written: self.bytes_written.saturating_sub(before.bytes_written),
        }
    }
}

/// What the whole machine has done since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Machine {
    pub(crate) busy_ms: u64,
    pub(crate) all_ms: u64,
    pub(crate) disk_bytes: u64,
}

/// One line of the process table.
struct Process {
    parent: Pid,
    name: String,
    cpu_ticks: u64,
}

/// The usage of these processes and of all that descend from them.
pub(crate) fn usage(roots: &[Pid]) -> Usage {
    let table = process_table();
    let family = family(&table, roots);
    Usage {
        cpu_ms: family.iter().filter_map(|pid| table.get(pid)).map(|process| process.cpu_ticks * MS_PER_TICK).sum(),
        bytes_written: family.iter().filter_map(|pid| bytes_written(*pid)).sum(),
    }
}

/// The highest memory that a process and its descendants have occupied, in KiB.
pub(crate) fn peak_memory_kib(root: Pid) -> u64 {
    family(&process_table(), &[root]).iter().filter_map(|pid| labelled(*pid, "status", "VmHWM:")).sum()
}

/// The first processes of every PostgreSQL server on this machine.
pub(crate) fn postgres_servers() -> Vec<Pid> {
    let table = process_table();
    let is_server = |pid: &Pid| table.get(pid).is_some_and(|process| process.name == "postgres");
    table.iter().filter(|(pid, process)| is_server(pid) && !is_server(&process.parent)).map(|(pid, _)| *pid).collect()
}

/// A process and all that descend from it.
pub(crate) fn with_descendants(root: Pid) -> Vec<Pid> {
    family(&process_table(), &[root])
}

/// Whether a process stands still until it is told to go on.
pub(crate) fn is_stopped(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, after)| after.trim_start().starts_with('T'))
}

/// How many files and connections a process may have open, which those that it starts take over.
pub(crate) fn open_files() -> usize {
    const USUAL: usize = 1_024;
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(USUAL)
}

/// A machine in words, so that a report can be compared with another.
pub(crate) fn describe_machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok());
    let gib = kib.unwrap_or(0.0) / 1024.0 / 1024.0;
    format!("{cores} cores of {}, {gib:.0} GiB of memory", model.map_or("an unnamed processor", |(_, name)| name))
}

/// What all processors and disks have done so far.
pub(crate) fn machine() -> Result<Machine> {
    let stat = fs::read_to_string("/proc/stat").context("the machine does not tell its load in /proc/stat")?;
    let disks = fs::read_to_string("/proc/diskstats").unwrap_or_default();
    let whole_disk = |name: &str| Path::new("/sys/block").join(name).exists();
    Ok(Machine { disk_bytes: read_disks(&disks, whole_disk), ..read_machine(&stat) })
}

/// Partitions are left out: what they wrote is counted with their disk.
fn read_disks(diskstats: &str, whole_disk: impl Fn(&str) -> bool) -> u64 {
    let sectors_written = diskstats.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.get(9).filter(|_| whole_disk(fields[2]))?.parse::<u64>().ok()
    });
    sectors_written.sum::<u64>() * BYTES_PER_SECTOR
}

fn read_machine(stat: &str) -> Machine {
    // user nice system idle iowait irq softirq steal; the guests that follow are contained in user and nice.
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).take(8).map(|field| field.parse().unwrap_or(0)).collect();
    let all: u64 = ticks.iter().sum();
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    Machine { busy_ms: (all - idle) * MS_PER_TICK, all_ms: all * MS_PER_TICK, disk_bytes: 0 }
}

fn process_table() -> HashMap<Pid, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<Pid>().ok());
    pids.filter_map(|pid| Some((pid, read_process(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?))).collect()
}

fn read_process(stat: &str) -> Option<Process> {
    // The name stands in brackets and may itself contain brackets and spaces.
    let (before, after) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    // utime stime cutime cstime: children that ended and were waited for are counted with their parent.
    let cpu_ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Process { parent: fields.get(1)?.parse().ok()?, name: before.split_once('(')?.1.to_owned(), cpu_ticks })
}

fn family(table: &HashMap<Pid, Process>, roots: &[Pid]) -> Vec<Pid> {
    let belongs = |start: Pid| {
        let mut pid = start;
        loop {
            if roots.contains(&pid) {
                return true;
            }
            match table.get(&pid) {
                Some(process) if process.parent != 0 && process.parent != pid => pid = process.parent,
                _ => return false,
            }
        }
    };
    table.keys().copied().filter(|pid| belongs(*pid)).collect()
}

fn bytes_written(pid: Pid) -> Option<u64> {
    labelled(pid, "io", "write_bytes:")
}

fn labelled(pid: Pid, file: &str, label: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    text.lines().find_map(|line| line.strip_prefix(label))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_brackets_in_its_name_is_read() {
        let stat = "42 (a (b) c) S 7 42 42 0 -1 4194560 1 0 0 0 3 4 5 6 20 0 1 0 100 0 0";
        let process = read_process(stat).unwrap();
        assert_eq!((process.parent, process.name.as_str(), process.cpu_ticks), (7, "a (b) c", 18));
    }

    #[test]
    fn waiting_for_the_disk_is_not_being_busy() {
        let machine = read_machine("cpu  10 1 5 70 9 2 2 1 4 0\ncpu0 1 1 1 1");
        assert_eq!(machine, Machine { busy_ms: 210, all_ms: 1000, disk_bytes: 0 });
    }

    #[test]
    fn a_partition_is_not_counted_beside_its_disk() {
        let diskstats = "254 0 vda 1 0 8 1 5 0 400 9 0 9 9\n254 1 vda1 1 0 8 1 5 0 300 9 0 9 9";
        assert_eq!(read_disks(diskstats, |name| name == "vda"), 400 * 512);
    }

    #[test]
    fn a_family_is_the_root_and_all_below() {
        let process = |parent| Process { parent, name: "x".into(), cpu_ticks: 0 };
        let table = HashMap::from([(1, process(0)), (5, process(1)), (6, process(5)), (7, process(1))]);
        let mut family = family(&table, &[5]);
        family.sort_unstable();
        assert_eq!(family, [5, 6]);
    }

    #[test]
    fn this_very_process_occupies_memory() {
        assert!(0 < peak_memory_kib(std::process::id()));
    }
}
