//! The customers whose phones a visitor may hold. Each shows another way in which somebody is recognised.

use domain::contact::{Contact, Identity};
use domain::ids::{ContactId, WorkspaceId};
use domain::{Language, PhoneNumber};
use simulator::control::Client;
use simulator::{Error, NewPhone, PhoneView};
use store::Tx;

use super::Stage;
use crate::http::problem::Problem;
use crate::ids;

/// A customer with a phone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// The name in cookies and requests.
    pub(super) id: &'static str,
    /// The name in the WhatsApp profile.
    pub(super) name: &'static str,
    /// The number or the username, as people write it.
    pub(super) address: &'static str,
    /// Under which other spelling of the number the shop has known them for years.
    known_as: Option<&'static str>,
}

/// Everybody, in the order in which the page lists them.
pub(super) const PEOPLE: [Person; 4] = [
    Person { id: "ana", name: "Ana Torres", address: "+52 55 1234 5678", known_as: None },
    Person { id: "joao", name: "João Lima", address: "+55 11 98765-4321", known_as: None },
    // WhatsApp still writes many Mexican numbers with the 1 that the country gave up in 2019.
    Person { id: "lucia", name: "Lucía Herrera", address: "+52 1 55 8765 4321", known_as: Some("525587654321") },
    Person { id: "sol", name: "Sol", address: "@sol.cdmx", known_as: None },
];

impl Default for &'static Person {
    fn default() -> Self {
        &PEOPLE[0]
    }
}

impl Person {
    /// The one of that id.
    pub(super) fn of(id: &str) -> Option<&'static Person> {
        PEOPLE.iter().find(|person| person.id == id)
    }

    fn shows_number(&self) -> bool {
        self.address.starts_with('+')
    }

    fn holds(&self, phone: &PhoneView) -> bool {
        let digits = || self.address.chars().filter(char::is_ascii_digit).collect::<String>();
        match (&phone.number, &phone.username) {
            (Some(number), _) => self.shows_number() && *number == digits(),
            (None, Some(username)) => self.address.strip_prefix('@') == Some(username),
            (None, None) => false,
        }
    }

    fn new_phone(&self) -> NewPhone {
        let address = Some(self.address.to_owned());
        let (number, username) = if self.shows_number() { (address, None) } else { (None, address) };
        NewPhone { number, username, name: Some(self.name.to_owned()) }
    }
}

/// The person's phone on the platform, which forgets all phones when the demo ends: made if it is not there.
pub(super) async fn phone_of(client: &Client, person: &Person) -> Result<PhoneView, Error> {
    if let Some(phone) = find(client, person).await? {
        return Ok(phone);
    }
    match client.add_phone(&person.new_phone()).await {
        // Two panes of one page ask at the same time; the other one was quicker.
        Err(taken @ Error::Refused { .. }) => find(client, person).await?.ok_or(taken),
        made => made,
    }
}

async fn find(client: &Client, person: &Person) -> Result<Option<PhoneView>, Error> {
    Ok(client.phones().await?.into_iter().find(|phone| person.holds(phone)))
}

/// Puts the card of a customer of long standing into the CRM, unless it is there.
pub(super) async fn introduce(stage: &Stage, person: &'static Person) -> Result<(), Problem> {
    let Some(number) = person.known_as.and_then(|known| PhoneNumber::from_whatsapp(known).ok()) else { return Ok(()) };
    let workspace = stage.channel()?.workspace;
    let (id, now) = (ContactId(ids::fresh()), stage.node.clock.now().as_millisecond());
    let keep = move |tx: &mut Tx<'_>| keep_card(tx, workspace, id, person.name, &number, now);
    Ok(stage.node.store.write(Vec::new(), keep).await?)
}

fn keep_card(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ContactId,
    name: &str,
    number: &PhoneNumber,
    now: i64,
) -> store::Result<()> {
    if !tx.contacts_of_phone(workspace, number)?.is_empty() {
        return Ok(());
    }
    let contact = Contact { id, name: Some(name.to_owned()), language: Some(Language::Es), opted_out_at: None };
    tx.add_contact(workspace, &contact, now)?;
    tx.add_identity(workspace, id, &Identity::phone(number), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_of_a_long_known_customer_has_another_spelling_of_the_same_number() {
        let lucia = Person::of("lucia").unwrap();
        let digits: String = lucia.address.chars().filter(char::is_ascii_digit).collect();
        let [written, known] =
            [&*digits, lucia.known_as.unwrap()].map(|wa_id| PhoneNumber::from_whatsapp(wa_id).unwrap());
        assert_ne!(written, known);
        assert_eq!(written.match_key(), known.match_key());
    }
}
