//! What somebody who looks after the business reads beside the conversations: who changed what, and what Hilo did by itself.

use serde::{Deserialize, Serialize};

use crate::role::Role;
use crate::template::TemplateCategory;
use crate::trial::ReachName;

/// One piece of news. It is kept as JSON with the name under `news`, so that each reader is told in their language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A message that was put aside may try again.
    AsideTriesAgain,
    /// A key of the API was made.
    KeyMade {
        /// What it may do.
        scopes: String,
    },
    /// A key of the API opens nothing any more.
    KeyRevoked,
    /// A number sends nothing.
    NumberPaused,
    /// A number sends again.
    NumberResumed {
        /// Why it was stopped.
        reason: String,
    },
    /// Automation stops.
    AutomationPaused {
        /// In the words of whoever stopped it; nothing if they gave no reason.
        why: Option<String>,
    },
    /// Automation goes on.
    AutomationResumed,
    /// The workflow to begin with was chosen.
    StarterChosen,
    /// A version of the workflow was published.
    WorkflowPublished {
        /// Its number.
        version: i64,
        /// Why.
        reason: String,
        /// How far it reaches, while it is tried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reach: Option<ReachName>,
        /// How many of a hundred contacts that is, where it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<u8>,
    },
    /// Whom automation answers while a version is tried is different.
    ReachChanged {
        /// The version.
        version: i64,
        /// How far it reaches now.
        reach: ReachName,
        /// How many of a hundred contacts that is, where it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<u8>,
        /// Why.
        reason: String,
    },
    /// A number is for tests from now on.
    TestNumberAdded,
    /// It is not any more.
    TestNumberRemoved,
    /// Somebody was invited.
    Invited {
        /// As what.
        role: Role,
    },
    /// An invitation was taken back.
    InvitationTakenBack,
    /// An invitation was taken up.
    Joined {
        /// As what.
        role: Role,
        /// Whoever invited them.
        invited_by: String,
    },
    /// Somebody signed in.
    SignedIn {
        /// Beside the password.
        with: Second,
        /// The address.
        from: String,
    },
    /// Many tries to sign in as somebody failed.
    TriesRefused {
        /// How many in a row.
        tries: i64,
        /// The last one's address.
        from: String,
    },
    /// Somebody has another role, or may or may not sign in any more.
    PersonChanged {
        /// The role they have, if it is another one.
        role: Option<Role>,
        /// The one they had.
        before: Role,
        /// Whether they may sign in, if that changed.
        may_sign_in: Option<bool>,
    },
    /// Somebody was signed out by somebody else.
    SessionsEnded,
    /// Somebody calls themselves otherwise.
    Renamed {
        /// Their name from now on.
        name: String,
    },
    /// A link for another password was made.
    ResetLinkMade,
    /// Somebody has another password.
    PasswordChosen,
    /// Somebody is asked for a code when they sign in.
    CodesAsked,
    /// Somebody is not asked for a code any more, by their own choice.
    CodesEnded,
    /// Somebody else took the codes off an account.
    CodesTakenOff,
    /// WhatsApp counts a template under another category.
    TemplateRecategorised {
        /// The one that counts.
        category: TemplateCategory,
        /// The one that counted.
        before: TemplateCategory,
    },
    /// WhatsApp sends a template no more.
    TemplateStopped {
        /// In WhatsApp's words.
        reason: String,
    },
    /// What was still to come was planned by another version of the workflow.
    FollowUpsReplanned {
        /// The version.
        version: i64,
        /// How many were planned anew.
        planned: i64,
        /// How many will not be sent.
        cancelled: i64,
    },
}

/// What somebody showed beside their password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Second {
    /// Nothing: they are not asked.
    Nothing,
    /// The code of the moment.
    Code,
    /// One of those for when the phone is lost.
    RecoveryCode,
}
