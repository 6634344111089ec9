//! Fields of forms, as browsers and password managers know them.

use maud::{Markup, html};

/// A field with its label. The id is its name.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) label: String,
    pub(super) kind: &'a str,
    pub(super) autocomplete: &'a str,
    pub(super) value: &'a str,
    /// What is said below it.
    pub(super) hint: Option<String>,
}

/// Draws it.
pub(super) fn field(field: &Field<'_>) -> Markup {
    let hint = field.hint.as_ref().map(|_| format!("{}-hint", field.name));
    html! {
        p.field {
            label for=(field.name) { (field.label) }
            input id=(field.name) name=(field.name) type=(field.kind) autocomplete=(field.autocomplete) value=(field.value)
                required aria-describedby=[hint.as_deref()];
            @if let (Some(id), Some(said)) = (&hint, &field.hint) { small.soft id=(id) { (said) } }
        }
    }
}

/// What is wrong with what was sent.
pub(super) fn refusal(said: Option<&str>) -> Markup {
    html! { @if let Some(said) = said { p.alarm role="alert" { (said) } } }
}
