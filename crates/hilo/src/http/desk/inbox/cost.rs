//! What a send costs, as far as the business's rate card says. WhatsApp charges for what is delivered, replies included, beyond a monthly
//! allowance of each number.

use crate::http::desk::view::View;

/// Of a template.
pub(super) fn of_template(view: &View, price: Option<f64>) -> String {
    match price {
        Some(price) => view.say_with("inbox-cost", &[("price", &dollars(price))]),
        None => view.say("inbox-cost-unknown"),
    }
}

/// Of an answer in free words.
pub(super) fn of_answer(view: &View, price: Option<f64>) -> String {
    match price {
        Some(price) => view.say_with("inbox-cost-answer", &[("price", &dollars(price))]),
        None => view.say("inbox-cost-answer-unknown"),
    }
}

/// To the hundredth of a cent, as rate cards are written.
fn dollars(price: f64) -> String {
    let written = format!("{price:.4}");
    let short = written.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}00") } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_written_as_short_as_it_is() {
        assert_eq!(
            ["0.0085", "0.0305", "1.00", "0.05"],
            [0.0085, 0.0305, 1.0, 0.05].map(dollars).each_ref().map(String::as_str)
        );
    }
}
