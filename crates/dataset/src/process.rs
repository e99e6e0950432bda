//! What the system says of this process.

/// The most memory that this process has had at once, in bytes, where the system tells.
///
/// On Linux this is `VmHWM`, which begins anew with the program; `ru_maxrss` would be inherited
/// from whatever process ran before it under the same number.
pub fn peak_rss_bytes() -> Option<u64> {
    if cfg!(target_os = "linux") {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        return Some(kib * 1024);
    }
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF).ok()?;
    // macOS counts bytes, other systems kibibytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.max_rss()).ok().map(|max| max * unit)
}
