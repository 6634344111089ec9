//! Whether a send may leave, on the state of the moment at which it is claimed.

use std::borrow::Cow;

use domain::delivery::Purpose;
use jiff::Timestamp;
use store::{Sending, TemplateRow, Tx};

use crate::outgoing::{Payload, Said};
use crate::pipeline::WINDOW_MARGIN;

/// What a guard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may leave.
    Send,
    /// It stays, visible, until a person decides.
    Hold(Cow<'static, str>),
    /// It has lost its purpose.
    Cancel(Cow<'static, str>),
}

/// The template that a send is made of, as Meta judges it now; none if it is not made of one, or if it was never listed.
pub(super) fn template_of(
    tx: &mut Tx<'_>,
    sending: &Sending,
    payload: Option<&Payload>,
    waba_id: &str,
) -> store::Result<Option<TemplateRow>> {
    match payload.map(|payload| &payload.said) {
        Some(Said::Template(filling)) => tx.template(sending.workspace, waba_id, &filling.name, &filling.language),
        Some(_) | None => Ok(None),
    }
}

/// The guards, the strongest first.
pub(super) fn verdict(sending: &Sending, template: Option<&TemplateRow>, epoch: i64, now: Timestamp) -> Verdict {
    if sending.send.epoch != epoch {
        return hold("this database was restored from a backup: it may have been sent already");
    }
    if sending.erased {
        return cancel("the contact was erased");
    }
    let window_is_open = now.as_millisecond() <= sending.window_until - (WINDOW_MARGIN.as_millis() as i64);
    match sending.send.purpose {
        Purpose::Acknowledgement if sending.person_since.is_some() => cancel("a person is answering"),
        Purpose::Acknowledgement if !sending.matter_open => cancel("the matter was closed before it left"),
        Purpose::Acknowledgement if sending.opted_out_since => cancel("the customer asked for no more messages"),
        Purpose::Acknowledgement | Purpose::Answer if sending.doubted => cancel("the number may have a new owner"),
        Purpose::Template if sending.doubted => {
            hold("the number may have a new owner: say in the conversation whether it is still the same person")
        }
        Purpose::Answer if sending.person_since.is_some() => cancel("a person is answering"),
        Purpose::Answer if sending.opted_out_since => cancel("the customer asked for no more messages"),
        Purpose::Template => template_verdict(sending, template, window_is_open, now),
        Purpose::FollowUp if template.is_some() => template_verdict(sending, template, window_is_open, now),
        Purpose::Acknowledgement | Purpose::Answer | Purpose::Reply | Purpose::FollowUp if window_is_open => {
            Verdict::Send
        }
        Purpose::Acknowledgement | Purpose::Answer | Purpose::Reply | Purpose::FollowUp => {
            hold("the 24-hour window is closed: only a template can be sent now")
        }
    }
}

fn template_verdict(
    sending: &Sending,
    template: Option<&TemplateRow>,
    window_is_open: bool,
    now: Timestamp,
) -> Verdict {
    if let Some(row) = template.filter(|row| !row.state.can_be_sent()) {
        let why = row.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
        return Verdict::Hold(format!("the template `{}` is {}{why}", row.name, row.state).into());
    }
    if template.is_none_or(|row| row.category.needs_consent()) {
        if sending.opted_out {
            return cancel("the customer asked for no more messages, and this template needs their consent");
        }
        if sending.no_marketing_until.is_some_and(|until| now.as_millisecond() < until) {
            return hold("WhatsApp spares this person marketing for a day; release it after that");
        }
        if sending.of_nobody {
            return hold("nobody has said whose conversation this is: say it there, then release it");
        }
    }
    match &sending.replies_only {
        Some(reason) if !window_is_open => {
            Verdict::Hold(format!("WhatsApp lets this number only answer for now: {reason}").into())
        }
        Some(_) | None => Verdict::Send,
    }
}

fn hold(reason: &'static str) -> Verdict {
    Verdict::Hold(reason.into())
}

fn cancel(reason: &'static str) -> Verdict {
    Verdict::Cancel(reason.into())
}

#[cfg(test)]
mod tests {
    use domain::ids::{ChannelId, ConversationId, SendId, WorkspaceId};
    use domain::template::{TemplateCategory, TemplateState};
    use store::NewSend;
    use uuid::Uuid;

    use super::*;

    fn sending(purpose: Purpose) -> Sending {
        let id = Uuid::nil();
        Sending {
            workspace: WorkspaceId(id),
            send: NewSend {
                id: SendId(id),
                epoch: 1,
                channel: ChannelId(id),
                conversation: ConversationId(id),
                seq: 2,
                purpose,
                payload: String::new(),
            },
            attempt: 0,
            phone: Some("+525512345678".to_owned()),
            user_id: None,
            window_until: 24 * 3_600_000,
            person_since: None,
            matter_open: true,
            opted_out_since: false,
            opted_out: false,
            no_marketing_until: None,
            erased: false,
            doubted: false,
            of_nobody: false,
            replies_only: None,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_free_text_leaves_only_inside_the_window_less_two_minutes() {
        assert_eq!(verdict(&sending(Purpose::Reply), None, 1, at(0)), Verdict::Send);
        assert!(matches!(verdict(&sending(Purpose::Reply), None, 1, at(24 * 3_600_000 - 119_000)), Verdict::Hold(_)));
    }

    #[test]
    fn an_acknowledgement_yields_to_a_person_and_a_reply_does_not() {
        let answered = |purpose| Sending { person_since: Some(1), ..sending(purpose) };
        assert!(matches!(verdict(&answered(Purpose::Acknowledgement), None, 1, at(0)), Verdict::Cancel(_)));
        assert_eq!(verdict(&answered(Purpose::Reply), None, 1, at(0)), Verdict::Send);
    }

    #[test]
    fn a_restored_backup_sends_nothing_of_its_past() {
        assert!(matches!(verdict(&sending(Purpose::Reply), None, 2, at(0)), Verdict::Hold(_)));
    }

    fn template(state: TemplateState, category: TemplateCategory) -> TemplateRow {
        TemplateRow {
            waba_id: "1".to_owned(),
            name: "order".to_owned(),
            language: "es".to_owned(),
            id: "7".to_owned(),
            category,
            previous_category: None,
            state,
            reason: Some("people dislike it".to_owned()),
            quality: None,
            parameter_format: "positional".to_owned(),
            components: "[]".to_owned(),
            changed_at: 0,
            seen_at: 0,
        }
    }

    fn of(sending: &Sending, row: &TemplateRow) -> Verdict {
        verdict(sending, Some(row), 1, at(30 * 3_600_000)) // the window is closed
    }

    #[test]
    fn a_template_leaves_at_any_time_while_meta_approves_of_it() {
        let sending = sending(Purpose::Template);
        assert_eq!(of(&sending, &template(TemplateState::Approved, TemplateCategory::Utility)), Verdict::Send);
        for state in [TemplateState::Paused, TemplateState::Disabled, TemplateState::Deleted, TemplateState::Rejected] {
            let said = of(&sending, &template(state, TemplateCategory::Utility));
            assert_eq!(said, Verdict::Hold(format!("the template `order` is {state}: people dislike it").into()));
        }
    }

    #[test]
    fn somebody_who_opted_out_gets_no_marketing_and_still_what_they_ordered() {
        let opted_out = Sending { opted_out: true, ..sending(Purpose::Template) };
        let marketing = template(TemplateState::Approved, TemplateCategory::Marketing);
        assert!(matches!(of(&opted_out, &marketing), Verdict::Cancel(_)));
        assert_eq!(of(&opted_out, &template(TemplateState::Approved, TemplateCategory::Utility)), Verdict::Send);
        assert!(
            matches!(verdict(&opted_out, None, 1, at(0)), Verdict::Cancel(_)),
            "an unknown template may be marketing"
        );

        let spared = Sending { no_marketing_until: Some(31 * 3_600_000), ..sending(Purpose::Template) };
        assert!(matches!(of(&spared, &marketing), Verdict::Hold(_)));
    }

    #[test]
    fn a_doubted_number_only_answers() {
        let row = template(TemplateState::Approved, TemplateCategory::Utility);
        let doubted = |purpose| Sending { replies_only: Some("spam".to_owned()), ..sending(purpose) };
        assert!(matches!(of(&doubted(Purpose::Template), &row), Verdict::Hold(_)));
        assert_eq!(
            verdict(&doubted(Purpose::Template), Some(&row), 1, at(0)),
            Verdict::Send,
            "inside the window it answers"
        );
        assert_eq!(verdict(&doubted(Purpose::Reply), None, 1, at(0)), Verdict::Send);
    }

    #[test]
    fn a_number_that_may_have_a_new_owner_hears_nothing_by_itself() {
        let doubted = |purpose| Sending { doubted: true, ..sending(purpose) };
        assert!(matches!(verdict(&doubted(Purpose::Acknowledgement), None, 1, at(0)), Verdict::Cancel(_)));
        assert!(matches!(verdict(&doubted(Purpose::Template), None, 1, at(0)), Verdict::Hold(_)));
        assert_eq!(verdict(&doubted(Purpose::Reply), None, 1, at(0)), Verdict::Send, "a person may ask who it is");
    }

    #[test]
    fn advertising_waits_until_somebody_says_whose_the_conversation_is() {
        let of_nobody = Sending { of_nobody: true, ..sending(Purpose::Template) };
        let approved = |category| template(TemplateState::Approved, category);
        assert!(matches!(of(&of_nobody, &approved(TemplateCategory::Marketing)), Verdict::Hold(_)));
        assert_eq!(of(&of_nobody, &approved(TemplateCategory::Utility)), Verdict::Send);
    }

    #[test]
    fn nothing_goes_to_somebody_who_was_erased() {
        let erased = Sending { erased: true, ..sending(Purpose::Reply) };
        assert!(matches!(verdict(&erased, None, 1, at(0)), Verdict::Cancel(_)));
    }
}
