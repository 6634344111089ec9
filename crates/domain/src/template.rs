//! Message templates, as Meta judges them.

use crate::named::named;

named! {
    /// Where a template stands at Meta.
    TemplateState: "template state" {
        /// Meta looks at it.
        Pending = "pending",
        /// It can be sent.
        Approved = "approved",
        /// Meta does not want it as it is.
        Rejected = "rejected",
        /// Recipients dislike it; Meta lets it go again by itself after a while.
        Paused = "paused",
        /// Recipients disliked it for too long.
        Disabled = "disabled",
        /// The business objected to a rejection.
        InAppeal = "in_appeal",
        /// The account has as many as it may have, or may not change it for now.
        Locked = "locked",
        /// Put away, unused for long.
        Archived = "archived",
        /// On its way out, or gone.
        Deleted = "deleted",
        /// A state that Meta added later.
        Other = "other",
    }
}

impl TemplateState {
    /// The state under Meta's name for it, or after an event of that name.
    pub fn of_meta(name: &str) -> TemplateState {
        match name.to_ascii_uppercase().as_str() {
            // Flagged is a warning, and reinstated the end of a pause: both can be sent.
            "APPROVED" | "FLAGGED" | "REINSTATED" => TemplateState::Approved,
            "PENDING" => TemplateState::Pending,
            "REJECTED" => TemplateState::Rejected,
            "PAUSED" => TemplateState::Paused,
            "DISABLED" => TemplateState::Disabled,
            "IN_APPEAL" | "APPEAL_REQUESTED" => TemplateState::InAppeal,
            "LOCKED" | "LIMIT_EXCEEDED" => TemplateState::Locked,
            "ARCHIVED" => TemplateState::Archived,
            "PENDING_DELETION" | "DELETED" => TemplateState::Deleted,
            _ => TemplateState::Other,
        }
    }

    /// Whether Meta takes a message made of it.
    pub fn can_be_sent(self) -> bool {
        self == TemplateState::Approved
    }
}

named! {
    /// What a template is for, by Meta's judgement. It decides the price, and whether an opt-out stops it.
    TemplateCategory: "template category" {
        /// To sell or to win back.
        Marketing = "marketing",
        /// About something that the person ordered or asked for.
        Utility = "utility",
        /// A code.
        Authentication = "authentication",
        /// A category that Meta added later.
        Other = "other",
    }
}

impl TemplateCategory {
    /// The category under Meta's name for it.
    pub fn of_meta(name: &str) -> TemplateCategory {
        name.to_ascii_lowercase().parse().unwrap_or(TemplateCategory::Other)
    }

    /// Whether somebody who asked for no more messages is spared it. What we cannot judge is treated like marketing.
    pub fn needs_consent(self) -> bool {
        match self {
            TemplateCategory::Marketing | TemplateCategory::Other => true,
            TemplateCategory::Utility | TemplateCategory::Authentication => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_can_be_sent_while_meta_only_warns() {
        for event in ["APPROVED", "FLAGGED", "REINSTATED", "approved"] {
            assert!(TemplateState::of_meta(event).can_be_sent(), "{event}");
        }
        for event in ["PAUSED", "DISABLED", "REJECTED", "PENDING", "DELETED", "SOMETHING_NEW"] {
            assert!(!TemplateState::of_meta(event).can_be_sent(), "{event}");
        }
    }

    #[test]
    fn a_category_that_we_do_not_know_is_treated_like_marketing() {
        assert!(TemplateCategory::of_meta("MARKETING").needs_consent());
        assert!(TemplateCategory::of_meta("MARKETING_LITE").needs_consent());
        assert!(!TemplateCategory::of_meta("UTILITY").needs_consent());
    }
}
