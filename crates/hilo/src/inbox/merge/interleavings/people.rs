//! Under which names people write: their last character tells whose they are.

use domain::PhoneNumber;
use domain::contact::Identity;
use domain::ids::ChannelId;
use store::{Channel, ConversationRow};

use super::shop::US;

pub(super) fn number(person: usize) -> PhoneNumber {
    PhoneNumber::from_whatsapp(&format!("52551234567{person}")).unwrap()
}

pub(super) fn other_spelling(person: usize) -> PhoneNumber {
    PhoneNumber::from_whatsapp(&format!("521551234567{person}")).unwrap()
}

pub(super) fn another_number(person: usize) -> PhoneNumber {
    PhoneNumber::from_whatsapp(&format!("52331234567{person}")).unwrap()
}

pub(super) fn user_id(person: usize) -> String {
    format!("MX.{person}")
}

pub(super) fn whose(phone: Option<&str>, user_id: Option<&str>) -> usize {
    let last = phone.or(user_id).and_then(|name| name.chars().last());
    last.and_then(|digit| digit.to_digit(10)).unwrap() as usize
}

pub(super) fn whose_thread(thread: &ConversationRow) -> usize {
    whose(thread.phone.as_deref(), thread.user_id.as_deref())
}

pub(super) fn whose_name(identity: &Identity) -> usize {
    whose(Some(&identity.value), None)
}

pub(super) fn name(person: usize) -> String {
    ["Ana", "Bruno", "Carla", "Diego", "Elena"][person].to_owned()
}

pub(super) fn channel(id: ChannelId) -> Channel {
    Channel {
        workspace: US,
        id,
        phone_number_id: format!("10000000000000{}", id.0.as_u128()),
        waba_id: "200000000000001".to_owned(),
        display_phone_number: "+52 55 5000 1000".to_owned(),
        paused_reason: None,
        replies_only_reason: None,
        reported_up_to: 0,
    }
}
