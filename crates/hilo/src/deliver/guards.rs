//! Whether a send may leave, on the state of the moment at which it is claimed.

use domain::delivery::Purpose;
use jiff::Timestamp;
use store::Sending;

use crate::pipeline::WINDOW_MARGIN;

/// What a guard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may leave.
    Send,
    /// It stays, visible, until a person decides.
    Hold(&'static str),
    /// It has lost its purpose.
    Cancel(&'static str),
}

/// The guards, the strongest first.
pub(super) fn verdict(sending: &Sending, epoch: i64, now: Timestamp) -> Verdict {
    if sending.send.epoch != epoch {
        return Verdict::Hold("this database was restored from a backup: it may have been sent already");
    }
    match sending.send.purpose {
        Purpose::Acknowledgement if sending.person_since.is_some() => {
            return Verdict::Cancel("a person is answering");
        }
        Purpose::Acknowledgement if !sending.matter_open => {
            return Verdict::Cancel("the matter was closed before it left");
        }
        Purpose::Acknowledgement if sending.opted_out_since => {
            return Verdict::Cancel("the customer asked for no more messages");
        }
        Purpose::Acknowledgement | Purpose::Reply => {}
    }
    if sending.window_until - (WINDOW_MARGIN.as_millis() as i64) < now.as_millisecond() {
        return Verdict::Hold("the 24-hour window is closed: only a template can be sent now");
    }
    Verdict::Send
}

#[cfg(test)]
mod tests {
    use domain::ids::{ChannelId, ConversationId, SendId, WorkspaceId};
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
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_free_text_leaves_only_inside_the_window_less_two_minutes() {
        assert_eq!(verdict(&sending(Purpose::Reply), 1, at(0)), Verdict::Send);
        assert!(matches!(verdict(&sending(Purpose::Reply), 1, at(24 * 3_600_000 - 119_000)), Verdict::Hold(_)));
    }

    #[test]
    fn an_acknowledgement_yields_to_a_person_and_a_reply_does_not() {
        let answered = |purpose| Sending { person_since: Some(1), ..sending(purpose) };
        assert!(matches!(verdict(&answered(Purpose::Acknowledgement), 1, at(0)), Verdict::Cancel(_)));
        assert_eq!(verdict(&answered(Purpose::Reply), 1, at(0)), Verdict::Send);
    }

    #[test]
    fn a_restored_backup_sends_nothing_of_its_past() {
        assert!(matches!(verdict(&sending(Purpose::Reply), 2, at(0)), Verdict::Hold(_)));
    }
}
