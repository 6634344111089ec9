//! The customer's phone: what it wrote and got, by the platform's own account.

use maud::{Markup, html};
use serde_json::json;
use simulator::{Received, SaidView};
use store::MessageRow;

use super::people::{PEOPLE, Person};
use super::scene::Scene;
use crate::http::drawn::icons::{self, Ticks, ticks};
use crate::http::drawn::{attached, initials, words};

/// What a newcomer may do without typing. The words are a customer's own.
const SUGGESTIONS: [&str; 4] = ["order", "book", "complain", "stop"];
/// What a customer sends besides words.
const PIECES: [&str; 2] = ["photo", "voice"];

/// One message on the phone.
enum Bubble<'a> {
    Mine(&'a SaidView),
    Theirs(&'a Received),
}

impl Bubble<'_> {
    fn at(&self) -> i64 {
        match self {
            Bubble::Mine(said) => said.at,
            Bubble::Theirs(received) => received.sent_at,
        }
    }
}

/// The pane.
pub(super) fn render(scene: &Scene) -> Markup {
    html! {
        section #phone .pane data-live aria-labelledby="phone-title" {
            h2 #phone-title { (scene.say("demo-phone")) }
            div.people role="group" aria-label=(scene.say("demo-people")) {
                @for person in &PEOPLE { (button_of(scene, person)) }
            }
            div.device {
                header.device-top {
                    span.avatar aria-hidden="true" { (initials(&scene.workflow.workflow.business.name)) }
                    div {
                        strong { bdi { (scene.workflow.workflow.business.name) } }
                        small { bdi { (scene.number) } }
                    }
                }
                (chat(scene))
                (suggestions(scene))
                form.composer data-act="/demo/say" autocomplete="off" {
                    label.unseen for="say" { (scene.say("demo-write")) }
                    input #say name="text" type="text" maxlength="4096" required dir="auto" enterkeyhint="send"
                        placeholder=(scene.say("demo-write"));
                    button.round type="submit" title=(scene.say("demo-send")) {
                        (icons::send()) span.unseen { (scene.say("demo-send")) }
                    }
                }
            }
        }
    }
}

fn button_of(scene: &Scene, person: &Person) -> Markup {
    let held = *person == *scene.visitor.person;
    html! {
        button.person id={ "person-" (person.id) } type="button" aria-pressed=(held) data-act="/demo/phone"
            data-body=(json!({ "person": person.id })) data-holds=(person.id) {
            span.avatar aria-hidden="true" { (initials(person.name)) }
            span {
                strong { bdi { (person.name) } }
                small { bdi { (person.address) } }
                small.how { (scene.say(&format!("demo-person-{}", person.id))) }
            }
        }
    }
}

fn chat(scene: &Scene) -> Markup {
    let said = scene.said.iter().map(Bubble::Mine);
    let mut bubbles: Vec<Bubble<'_>> = said.chain(scene.received.iter().map(Bubble::Theirs)).collect();
    bubbles.sort_by_key(Bubble::at);
    html! {
        div.chat data-follow=(scene.visitor.person.id) tabindex="0" role="group" aria-label=(scene.say("demo-chat")) {
            @if bubbles.is_empty() { p.empty { (scene.say("demo-phone-empty")) } }
            ol {
                @for bubble in &bubbles {
                    @match bubble {
                        Bubble::Mine(said) => (mine(scene, said)),
                        Bubble::Theirs(received) => (theirs(scene, received)),
                    }
                }
            }
        }
    }
}

fn mine(scene: &Scene, said: &SaidView) -> Markup {
    let recorded = scene.recorded(&said.wamid);
    // The platform names a place and a card in its text too: once they are shown, that would say it twice.
    let text = recorded.map_or(said.text.as_deref(), |row| row.message.text.as_deref());
    let (far, meaning) = if said.read {
        (Ticks::Seen, "demo-tick-read")
    } else if recorded.is_some() {
        (Ticks::Two, "demo-tick-delivered")
    } else {
        (Ticks::One, "demo-tick-sent")
    };
    html! {
        li.bubble.own id=(said.wamid) {
            (body(scene, text, &said.kind, &brought(scene, recorded)))
            footer { time { (scene.when(said.at)) } (ticks(far, &scene.say(meaning))) }
        }
    }
}

fn theirs(scene: &Scene, received: &Received) -> Markup {
    html! {
        li.bubble id=(received.wamid) {
            (body(scene, received.text.as_deref(), &received.kind, &brought(scene, scene.recorded(&received.wamid))))
            @for button in &received.buttons {
                button.choice type="button" data-act="/demo/tap"
                    data-body=(json!({ "message_id": received.wamid, "button": button.id })) dir="auto" { (button.title) }
            }
            footer { time { (scene.when(received.sent_at)) } }
        }
    }
}

fn suggestions(scene: &Scene) -> Markup {
    html! {
        div.suggestions role="group" aria-label=(scene.say("demo-suggestions")) {
            @for suggestion in SUGGESTIONS {
                @let text = scene.say(&format!("demo-try-{suggestion}-text"));
                button.chip id={ "try-" (suggestion) } type="button" data-act="/demo/say" data-body=(json!({ "text": text }))
                    title=(text) { (scene.say(&format!("demo-try-{suggestion}"))) }
            }
            @for piece in PIECES {
                button.chip id={ "try-" (piece) } type="button" data-act="/demo/media" data-body=(json!({ "kind": piece })) {
                    (scene.say(&format!("demo-try-{piece}")))
                }
            }
        }
    }
}

/// The file on the phone is the one that the business got or sent: here it is shown once that is recorded.
fn brought(scene: &Scene, recorded: Option<&MessageRow>) -> Markup {
    recorded.map_or_else(|| html! {}, |row| attached::render_on_phone(&scene.reader, &scene.passes, row))
}

/// What a message brings, and its words; of one with neither, what it is.
pub(super) fn body(scene: &Scene, text: Option<&str>, kind: &str, brought: &Markup) -> Markup {
    html! {
        (brought)
        @if text.is_some() || brought.0.is_empty() { p dir="auto" { (words(&scene.reader, text, kind)) } }
    }
}
