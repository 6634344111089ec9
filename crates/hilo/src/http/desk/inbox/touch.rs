//! What one does with a single message of the customer's: answers it, or puts an emoji on it.

use maud::{Markup, html};
use store::MessageRow;

use super::story::{Around, is_ours};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// Those that people send in answer to a message, by how often.
const EMOJIS: [&str; 6] = ["👍", "❤️", "🙏", "😂", "😮", "😢"];

/// Beside the message, for whoever points at it or comes to it by keyboard.
pub(super) fn render(view: &View, row: &MessageRow, around: &Around<'_>) -> Markup {
    let seq = row.message.seq;
    let has_ours = around.reactions.iter().any(|(author, _)| is_ours(*author));
    html! {
        div.touch {
            button.round type="button" data-quotes=(seq) aria-label=(view.say("inbox-quote")) title=(view.say("inbox-quote")) { (icon(Sign::Canned)) }
            button.round type="button" data-reacts=(seq) data-ours[has_ours] aria-label=(view.say("inbox-react")) title=(view.say("inbox-react")) { (icon(Sign::Smile)) }
        }
    }
}

/// The emojis, each with its digit. One dialog serves all messages.
pub(super) fn emojis(view: &View) -> Markup {
    html! {
        dialog #reacting.types data-own="*" aria-labelledby="reacting-title" {
            header.row {
                h2 #reacting-title { (view.say("inbox-react")) }
                form method="dialog" { button.round aria-label=(view.say("desk-close-sheet")) { (icon(Sign::Close)) } }
            }
            div.choices {
                @for (place, emoji) in EMOJIS.iter().enumerate() {
                    button.choice type="button" data-emoji=(emoji) { span { (emoji) } kbd { (place + 1) } }
                }
                button.choice type="button" data-emoji="" hidden { span { (view.say("inbox-react-not")) } kbd { "0" } }
            }
        }
    }
}
