//! The strip of figures, and the way to yesterday.

use maud::{Markup, html};

use super::scene::Scene;

/// The strip.
pub(super) fn render(scene: &Scene) -> Markup {
    let figures = &scene.stage.figures;
    let counted = [
        ("messages", figures.messages),
        ("people", figures.people),
        ("open", figures.open),
        ("resolved", figures.resolved),
    ];
    html! {
        footer #figures .figures data-live aria-label=(scene.say("demo-figures")) {
            dl {
                @for (name, count) in counted {
                    div { dt { (scene.say(&format!("demo-figure-{name}"))) } dd { (grouped(count)) } }
                }
                @if let Some(percent) = figures.kept_percent() {
                    div title=(scene.say("demo-figure-kept-title")) {
                        dt { (scene.say("demo-figure-kept")) } dd { (percent) " %" }
                    }
                }
            }
            a href="/demo/past" { (scene.say("demo-past")) }
        }
    }
}

/// Thousands apart, as all three languages read them.
fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let apart = |(place, digit): (usize, char)| {
        let gap = (place != 0 && (digits.len() - place).is_multiple_of(3)).then_some('\u{202f}');
        gap.into_iter().chain(Some(digit))
    };
    digits.chars().enumerate().flat_map(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1204), "1\u{202f}204");
        assert_eq!(grouped(123_456), "123\u{202f}456");
    }
}
