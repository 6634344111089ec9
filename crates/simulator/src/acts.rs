//! What a person can do with a phone: one file a kind of webhook.

mod act;
mod business_app;
mod call;
mod correct;
mod handover;
mod history;
mod identity;
mod media;
mod message;
mod origin;
mod preferences;
mod tap;

use std::sync::Arc;

use crate::error::PhoneError;
use crate::platform::Platform;
use crate::settings::BusinessNumber;

use correct::Correction;

pub use act::{Act, OrderItem, PastMessage, Referral, Tap};
pub(crate) use handover::take_back;
pub(crate) use history::{share_contact, share_history};
pub(crate) use tap::tap;

/// Types a text: the one act that nothing can refuse.
pub(crate) fn say(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    text: &str,
    reply_to: Option<String>,
) -> String {
    message::say(platform, phone, number, message::text(text, reply_to.as_deref(), number))
}

/// Does it, and returns the id of the message or event that the business hears of.
pub(crate) fn perform(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    act: &Act,
) -> Result<String, PhoneError> {
    let send = |draft| Ok(message::say(platform, phone, number, draft));
    match act {
        Act::Text { text, reply_to } => Ok(say(platform, phone, number, text, reply_to.clone())),
        Act::Forwarded { text, frequently } => send(origin::forwarded(text, *frequently)),
        Act::FromAd { text, referral } => send(origin::from_ad(text, referral)),
        Act::AskAboutProduct { text, catalog_id, product_retailer_id } => {
            send(origin::about_product(text, catalog_id, product_retailer_id, number))
        }
        Act::InGroup { group_id, text } => send(origin::in_group(group_id, text)),
        Act::Reaction { message_id, emoji } => {
            message::reachable(platform, phone, message_id)?;
            send(message::reaction(message_id, emoji.as_deref()))
        }
        Act::Location { latitude, longitude, name, address, reply_to } => {
            let place = message::location((*latitude, *longitude), name.as_deref(), address.as_deref());
            send(place.replying(reply_to.as_deref(), number))
        }
        Act::Image { media_id, caption } => send(media::image(platform, media_id, caption.as_deref())),
        Act::Video { media_id, caption } => send(media::video(platform, media_id, caption.as_deref())),
        Act::Voice { media_id } => send(media::voice(platform, media_id)),
        Act::Audio { media_id } => send(media::audio(platform, media_id)),
        Act::Document { media_id, filename, caption } => {
            send(media::document(platform, media_id, filename, caption.as_deref()))
        }
        Act::Sticker { media_id } => send(media::sticker(platform, media_id)),
        Act::Contacts { name, phone: card, requested } => send(message::contacts(name, card, *requested)),
        Act::Order { catalog_id, text, items } => send(message::order(catalog_id, text.as_deref(), items)),
        Act::FlowReply { response_json } => send(message::flow_reply(response_json)),
        Act::CallPermission { accepts } => send(message::call_permission(*accepts, platform.now())),
        Act::RequestWelcome => send(message::bare("request_welcome")),
        Act::Unsupported { what, code } => send(message::unsupported(what, *code)),
        Act::Unknown { name } => send(message::unknown(name)),
        Act::Edit { message_id, text } => correct::correct(platform, phone, number, message_id, Correction::Edit(text)),
        Act::Revoke { message_id } => correct::correct(platform, phone, number, message_id, Correction::Revoke),
        Act::Call => Ok(call::call(platform, phone, number)),
        Act::Typing => Ok(preferences::type_something(platform, phone)),
        Act::Block => Ok(preferences::set_blocked(platform, phone, true)),
        Act::Unblock => Ok(preferences::set_blocked(platform, phone, false)),
        Act::OptOut => Ok(preferences::set_marketing(platform, phone, number, preferences::Marketing::Stop)),
        Act::OptIn => Ok(preferences::set_marketing(platform, phone, number, preferences::Marketing::Resume)),
        Act::ChangeNumber { number: new } => identity::change_number(platform, phone, number, new),
        Act::Reinstall => Ok(identity::reinstall(platform, phone, number)),
        Act::SetUsername { username } => identity::set_username(platform, phone, username.as_deref()),
        Act::Echo { text } => Ok(business_app::answer(platform, phone, number, text)),
        Act::EchoEdit { message_id, text } => {
            business_app::correct(platform, phone, number, message_id, Correction::Edit(text))
        }
        Act::EchoRevoke { message_id } => {
            business_app::correct(platform, phone, number, message_id, Correction::Revoke)
        }
        Act::History { messages } => {
            history::share_history(platform, phone, number, messages);
            Ok("history".to_owned())
        }
        Act::AppContact { removed: false } => Ok(history::save_contact(platform, phone, number)),
        Act::AppContact { removed: true } => Ok(history::remove_contact(platform, phone, number)),
        Act::HandOver => Ok(handover::hand_over(platform, phone, number)),
        Act::OtherActor { text } => Ok(handover::answer(platform, phone, number, text)),
    }
}
