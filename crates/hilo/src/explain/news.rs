//! What is listed beside the conversations, as sentences.

use domain::Language;
use domain::news::{News, Second};
use domain::role::Role;
use domain::template::TemplateCategory;
use domain::trial::ReachName;
use store::NoticeRow;

use crate::news::kept;
use crate::texts::say;

/// What WhatsApp tells without a conversation, by the kind under which it is listed.
const OF_WHATSAPP: [&str; 13] = [
    "account",
    "app_contact",
    "call",
    "group_message",
    "handover",
    "history",
    "malformed",
    "number",
    "platform_error",
    "template",
    "unclaimed_number",
    "unknown_field",
    "unknown_status",
];

/// A notice: what it says, and the words of a machine outside where it has some.
pub fn notice(language: Language, row: &NoticeRow) -> (String, Option<&str>) {
    if let Some((said, by)) = kept(row) {
        return (news(language, by.as_deref(), &said), None);
    }
    let known = OF_WHATSAPP.iter().find(|kind| **kind == row.kind);
    let key = format!("notice-{}", known.copied().unwrap_or("unknown_type"));
    (say(language, &key, &[]), Some(&row.detail))
}

/// One piece of news of Hilo's own.
pub fn news(language: Language, by: Option<&str>, news: &News) -> String {
    let by = by.unwrap_or("Hilo");
    let tell = |key: &str, values: &[(&str, &str)]| say(language, key, &[values, &[("by", by)]].concat());
    match news {
        News::AsideTriesAgain => tell("news-aside-tries-again", &[]),
        News::KeyMade { scopes } => tell("news-key-made", &[("scopes", scopes)]),
        News::KeyRevoked => tell("news-key-revoked", &[]),
        News::NumberPaused => tell("news-number-paused", &[]),
        News::NumberResumed { reason } => tell("news-number-resumed", &[("reason", &super::reason(language, reason))]),
        News::AutomationPaused { why: Some(why) } => tell("news-automation-paused-why", &[("why", why)]),
        News::AutomationPaused { why: None } => tell("news-automation-paused", &[]),
        News::AutomationResumed => tell("news-automation-resumed", &[]),
        News::StarterChosen => tell("news-starter-chosen", &[]),
        News::WorkflowPublished { version, reason, reach: None, .. } => {
            tell("news-workflow-published", &[("version", &version.to_string()), ("reason", reason)])
        }
        News::WorkflowPublished { version, reason, reach: Some(reach), share } => {
            let (version, how_far) = (version.to_string(), named_reach(language, *reach, *share));
            let values = [("version", version.as_str()), ("reach", how_far.as_str()), ("reason", reason.as_str())];
            tell("news-workflow-published-on-trial", &values)
        }
        News::ReachChanged { version, reach, share, reason } => {
            let how_far = named_reach(language, *reach, *share);
            let version = version.to_string();
            tell("news-reach-changed", &[("version", &version), ("reach", &how_far), ("reason", reason)])
        }
        News::TestNumberAdded => tell("news-test-number-added", &[]),
        News::TestNumberRemoved => tell("news-test-number-removed", &[]),
        News::Invited { role } => tell("news-invited", &[("role", &named(language, *role))]),
        News::InvitationTakenBack => tell("news-invitation-taken-back", &[]),
        News::Joined { role, invited_by } => {
            tell("news-joined", &[("role", &named(language, *role)), ("inviter", invited_by)])
        }
        News::SignedIn { with, from } => tell(signed_in(*with), &[("from", from)]),
        News::TriesRefused { tries, from } => {
            tell("news-tries-refused", &[("tries", &tries.to_string()), ("from", from)])
        }
        News::PersonChanged { role, before, may_sign_in } => {
            let role = role.map(|role| {
                let (role, before) = (named(language, role), named(language, *before));
                tell("news-role-changed", &[("role", &role), ("before", &before)])
            });
            let may = may_sign_in.map(|may| tell(if may { "news-let-in" } else { "news-disabled" }, &[]));
            role.into_iter().chain(may).collect::<Vec<_>>().join("; ")
        }
        News::SessionsEnded => tell("news-sessions-ended", &[]),
        News::Renamed { name } => tell("news-renamed", &[("name", name)]),
        News::ResetLinkMade => tell("news-reset-link-made", &[]),
        News::PasswordChosen => tell("news-password-chosen", &[]),
        News::CodesAsked => tell("news-codes-asked", &[]),
        News::CodesEnded => tell("news-codes-ended", &[]),
        News::CodesTakenOff => tell("news-codes-taken-off", &[]),
        News::TemplateRecategorised { category, before } => {
            let (category, before) = (counted(language, *category), counted(language, *before));
            tell("news-template-recategorised", &[("category", &category), ("before", &before)])
        }
        News::TemplateStopped { reason } => tell("news-template-stopped", &[("reason", reason)]),
        News::FollowUpsReplanned { version, planned, cancelled } => {
            let [version, planned, cancelled] = [version, planned, cancelled].map(ToString::to_string);
            let values = [("version", &*version), ("planned", &*planned), ("cancelled", &*cancelled)];
            tell("news-follow-ups-replanned", &values)
        }
    }
}

fn signed_in(with: Second) -> &'static str {
    match with {
        Second::Nothing => "news-signed-in",
        Second::Code => "news-signed-in-code",
        Second::RecoveryCode => "news-signed-in-recovery",
    }
}

fn named(language: Language, role: Role) -> String {
    say(language, &format!("people-role-{role}"), &[])
}

/// Whom automation answers, in the middle of a sentence.
pub fn named_reach(language: Language, reach: ReachName, share: Option<u8>) -> String {
    let share = share.map_or(String::new(), |share| share.to_string());
    say(language, &format!("reach-{reach}"), &[("share", &share)])
}

fn counted(language: Language, category: TemplateCategory) -> String {
    say(language, &format!("inbox-category-{category}"), &[])
}
