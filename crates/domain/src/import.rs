//! Many people at once, from a file: what its columns may be, and what becomes of its rows.

use crate::named::named;

named! {
    /// What a column of an imported file says about a person.
    Field: "column; use phone, name, first_name, last_name, email, company, language, notes, tags, external_id or opted_out" {
        /// A number, or several.
        Phone = "phone",
        /// The whole name.
        Name = "name",
        /// The first part of it.
        FirstName = "first_name",
        /// The last part of it.
        LastName = "last_name",
        /// An address.
        Email = "email",
        /// For whom they work.
        Company = "company",
        /// In which language to write to them.
        Language = "language",
        /// What there is to know.
        Notes = "notes",
        /// Words under which they were kept.
        Tags = "tags",
        /// How another system calls them.
        ExternalId = "external_id",
        /// Whether they want no messages that they did not ask for.
        OptedOut = "opted_out",
    }
}

named! {
    /// Where an import stands.
    ImportState: "state of an import" {
        /// The file is here; nobody said what to do with it.
        Held = "held",
        /// It is worked off as soon as somebody has time for it.
        Waiting = "waiting",
        /// Every row was looked at and none was written.
        Checked = "checked",
        /// Every row was written, or refused with its reason.
        Done = "done",
        /// It cannot be worked off; the reason is beside it.
        Failed = "failed",
    }
}

named! {
    /// What became of a row.
    RowOutcome: "outcome of a row; use created, matched, ambiguous or refused" {
        /// Somebody new.
        Created = "created",
        /// Somebody who is known.
        Matched = "matched",
        /// It could be several people, so it is nobody: a person has to say.
        Ambiguous = "ambiguous",
        /// It says of nobody who it is, or something that cannot be.
        Refused = "refused",
    }
}
