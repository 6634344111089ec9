//! Links that open once.

use crate::named::named;

named! {
    /// What a link is for.
    Purpose: "purpose of a link" {
        /// To become the first owner of a workspace: made when a server starts that has none.
        FirstOwner = "first_owner",
        /// To join the colleagues.
        Join = "join",
        /// To choose a new password.
        Reset = "reset",
    }
}
