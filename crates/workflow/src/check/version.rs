//! Which grammar a file is written in, and what in it belongs to a later one.

use serde_saphyr::Spanned;

use crate::file::{TypeFile, WorkflowFile};
use crate::finding::Findings;

/// The newest grammar that this server reads; it reads the older ones too.
const NEWEST: u32 = 2;

pub(super) fn version(written: &WorkflowFile, found: &mut Findings) {
    match written.version.value {
        1 => of_version_2(written, found),
        2 => {}
        _ => {
            let message = format!("this server reads versions 1 and {NEWEST} of the file; write `version: {NEWEST}`");
            found.error(&written.version, "version", message);
        }
    }
}

fn of_version_2(written: &WorkflowFile, found: &mut Findings) {
    later("follow_ups", written.follow_ups.as_ref(), found);
    later("templates", written.templates.as_ref(), found);
    later("limits", written.limits.as_ref(), found);
    later("reopen", written.interaction.reopen.as_ref(), found);
    for kind in &written.types.value {
        of_version_2_in_type(kind, found);
    }
}

fn of_version_2_in_type(kind: &TypeFile, found: &mut Findings) {
    later("automate", Some(&kind.policy).filter(|policy| policy.value == "automate"), found);
    later("fallback_target", kind.fallback_target.as_ref(), found);
    later("reads", kind.reads.as_ref(), found);
    later("writes", kind.writes.as_ref(), found);
    later("about", kind.about.as_ref(), found);
    later("when", kind.when.as_ref(), found);
    later("several", kind.several.as_ref(), found);
    later("answers", kind.answers.as_ref(), found);
    later("otherwise", kind.otherwise.as_ref(), found);
}

fn later<T>(key: &str, written: Option<&Spanned<T>>, found: &mut Findings) {
    if let Some(written) = written {
        let message = format!("`{key}` belongs to version 2 of this file; write `version: 2` at its top");
        found.error(written, "later-version", message);
    }
}
