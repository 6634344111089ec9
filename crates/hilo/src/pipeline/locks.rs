//! Names of senders, as numbers that both databases can lock.

use domain::contact::Identity;
use domain::ids::WorkspaceId;

/// One lock for each name, in a fixed order. Twins share a lock: they may be the same person.
pub(crate) fn of_names(workspace: WorkspaceId, names: &[Identity]) -> Vec<i64> {
    let mut locks: Vec<i64> = names.iter().map(|identity| of_name(workspace, &identity.match_key)).collect();
    locks.sort_unstable();
    locks.dedup();
    locks
}

/// FNV-1a, because it must be the same number on every node and in every version.
pub(crate) fn of_name(workspace: WorkspaceId, name: &str) -> i64 {
    let bytes = workspace.0.as_bytes().iter().chain(name.as_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    hash.cast_signed()
}
