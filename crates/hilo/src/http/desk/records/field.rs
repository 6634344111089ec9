//! Fields that are edited in place: Enter saves, Escape reverts, and what is wrong stands beside the field.

use domain::record::{Currency, Money};
use maud::{Markup, html};

use crate::explain::record;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::node::Node;

/// The record whose fields they are, as it was when the page was drawn.
pub(super) struct Of {
    /// Its address in the API.
    pub(super) path: String,
    pub(super) version: i64,
}

impl Of {
    pub(super) fn new(path: String, version: i64) -> Self {
        Self { path, version }
    }
}

/// A line of text.
pub(super) fn text(view: &View, of: &Of, name: &str, value: Option<&str>) -> Markup {
    let input =
        html! { input name=(name) value=(value.unwrap_or_default()) dir="auto" autocomplete="off" maxlength="200"; };
    form(view, of, name, "text", &input)
}

/// A day.
pub(super) fn day(view: &View, of: &Of, name: &str, value: Option<String>) -> Markup {
    form(view, of, name, "text", &html! { input type="date" name=(name) value=(value.unwrap_or_default()); })
}

/// A moment on the clock of a zone.
pub(super) fn moment(view: &View, of: &Of, name: &str, local: &str, zone: &str) -> Markup {
    let local = local.replace(' ', "T");
    form(view, of, name, "moment", &html! { input type="datetime-local" name=(name) value=(local) data-zone=(zone); })
}

/// An amount with its currency.
pub(super) fn money(view: &View, of: &Of, name: &str, value: Option<Money>, usual: &str) -> Markup {
    form(view, of, name, "money", &html! { (amount_inputs(view, name, value, usual)) })
}

/// An amount with its currency, of a form of several fields.
pub(super) fn amount_inputs(view: &View, name: &str, value: Option<Money>, usual: &str) -> Markup {
    let decimal = value.map(|money| money.decimal()).unwrap_or_default();
    let currency = value.map_or_else(|| usual.to_owned(), |money| money.currency.to_string());
    html! {
        span.money {
            input name=(name) value=(decimal) inputmode="decimal" autocomplete="off" data-kind="money";
            input.currency name="currency" value=(currency) maxlength="3" autocomplete="off" aria-label=(view.say("record-currency"));
        }
    }
}

/// One of several.
pub(super) fn choice(view: &View, of: &Of, name: &str, options: &[(String, String)], chosen: &str) -> Markup {
    let select = html! {
        select name=(name) { @for (value, label) in options { option value=(value) selected[value == chosen] { (label) } } }
    };
    form(view, of, name, "text", &select)
}

/// Where another record is looked for, as the search of the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Contacts,
    Companies,
}

impl Among {
    fn path(self) -> &'static str {
        match self {
            Among::Contacts => "contacts",
            Among::Companies => "companies",
        }
    }
}

/// Another record, found by its name while somebody writes. `chosen` is its id, and what it is called.
pub(super) fn lookup(view: &View, of: &Of, name: &str, among: Among, chosen: Option<(&str, &str)>) -> Markup {
    let offered = format!("offered-{name}");
    let path = among.path();
    html! {
        div.linked {
            (form(view, of, name, "lookup", &html! {
                input name=(name) value=(chosen.map_or("", |(_, label)| label)) list=(offered) dir="auto" autocomplete="off" maxlength="200"
                    placeholder=(view.say("record-unknown")) data-kind="lookup" data-among=(path) data-id=[chosen.map(|(id, _)| id)]
                    data-nobody=(view.say("record-nothing-called"));
                datalist id=(offered) data-own="*" {}
            }))
            @if let Some((id, label)) = chosen {
                a.round href={ "/" (path) "/" (id) } aria-label=(view.say_with("record-open", &[("name", label)])) { (icon(Sign::Send)) }
            }
        }
    }
}

fn form(view: &View, of: &Of, name: &str, kind: &str, input: &Markup) -> Markup {
    html! {
        form.editable data-edit=(of.path) data-version=(of.version) data-kind=(kind) {
            label { span { (record::field(view.reader.language, name)) } (input) }
            (saves())
        }
    }
}

/// What Enter presses: of a form with several fields, browsers send only one that has a button.
pub(super) fn saves() -> Markup {
    html! { button type="submit" hidden {} }
}

/// What amounts are usually of, by where the business's number is from.
pub(crate) fn usual_currency(node: &Node, view: &View) -> &'static str {
    let region = node.channels.iter().find(|channel| channel.workspace == view.workspace).map(|channel| channel.region);
    let code = region.map(|region| region.code()).unwrap_or_default();
    match code.as_str() {
        "MX" => "MXN",
        "BR" => "BRL",
        "AR" => "ARS",
        "CO" => "COP",
        "CL" => "CLP",
        "PE" => "PEN",
        "UY" => "UYU",
        _ => "USD",
    }
}

/// An amount as people read it: `1,250.00 MXN`, or `1.250,00 BRL`.
pub(super) fn amount(view: &View, money: Money) -> String {
    let decimal = money.decimal();
    let (whole, rest) = decimal.split_once('.').map_or((decimal.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (thousands, point) = match (view.reader.language, money.currency) {
        (domain::Language::Pt, _) => (".", ","),
        (domain::Language::Es, currency) if !is_of_mexico_or_dollars(currency) => (".", ","),
        (domain::Language::Es | domain::Language::En, _) => (",", "."),
    };
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if 0 < place && (whole.len() - place) % 3 == 0 {
            grouped.push_str(thousands);
        }
        grouped.push(digit);
    }
    let rest = rest.map(|rest| format!("{point}{rest}")).unwrap_or_default();
    format!("{grouped}{rest} {}", money.currency)
}

fn is_of_mexico_or_dollars(currency: Currency) -> bool {
    matches!(currency.code(), "MXN" | "USD")
}
