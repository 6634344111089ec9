//! That somebody is known and no record of the CRM yet, with the one tap that makes them one.

use domain::right::Right;
use maud::{Markup, html};
use store::ContactRow;

use crate::http::desk::view::View;

/// On what tells who somebody is.
pub(crate) fn render(view: &View, row: &ContactRow) -> Markup {
    html! {
        @if row.provisional_at.is_some() {
            div.provisional {
                p.soft { (view.say("provisional-lead")) }
                @if Right::Work.is_of(view.person.role) {
                    button.quiet type="button" data-act={ "/contacts/" (row.contact.id) "/record" } data-method="PUT" { (view.say("provisional-make-record")) }
                }
            }
        }
    }
}

/// In a list.
pub(super) fn tag(view: &View, row: &ContactRow) -> Markup {
    html! { @if row.provisional_at.is_some() { span.tag { (view.say("provisional-tag")) } } }
}
