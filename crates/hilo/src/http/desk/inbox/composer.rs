//! Where one answers. While the window is closed, the composer is the picker of templates.

use maud::{Markup, html};

use super::picker;
use super::thread::Thread;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// What WhatsApp takes as one text.
const LONGEST: u16 = 4096;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let id = thread.conversation.id;
    let closed = thread.is_closed(view);
    html! {
        div #{ "composer-" (id) } .composer.closed[closed] data-conversation=(id) data-seen=(thread.latest()) {
            p.collided hidden role="alert" {}
            p.undo hidden role="status" {}
            (modes(view, closed))
            @if closed { (picker::render(view, thread)) } @else { (form(view)) }
        }
        // What the script copies while a message is on its way to the server.
        template #sending {
            li.message.own.sending { div.bubble { p dir="auto" {} footer { time { (view.reader.clock(view.now())) } (icon(Sign::Snooze)) } } }
        }
    }
}

fn modes(view: &View, closed: bool) -> Markup {
    let reply = if closed { "inbox-mode-template" } else { "inbox-mode-reply" };
    html! { h3.mode { (view.say(reply)) } }
}

fn form(view: &View) -> Markup {
    html! {
        form.reply data-reply autocomplete="off" {
            textarea #answer name="text" rows="2" maxlength=(LONGEST) dir="auto" enterkeyhint="send" required
                aria-keyshortcuts="r" placeholder=(view.say("inbox-write")) aria-label=(view.say("inbox-write")) {}
            div.tools {
                button.primary.send type="submit" { (icon(Sign::Send)) span { (view.say("inbox-send")) } }
            }
        }
    }
}
