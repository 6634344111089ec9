//! The `contacts[]` beside messages and statuses, and which of them belongs to whom.

use serde_json::Value;

use super::identity::{Ids, PhoneText};
use super::json;

/// What Meta knows about the person on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name the person gave their profile.
    pub profile_name: Option<String>,
    /// Without `@` and in lower case. For display only: it can change owner.
    pub username: Option<String>,
    /// The phone number WhatsApp knows the person by.
    pub wa_id: Option<PhoneText>,
    /// The business-scoped user id.
    pub user_id: Option<String>,
    /// The user id shared by the businesses of one group.
    pub parent_user_id: Option<String>,
    /// Changes when the person installs WhatsApp anew; only with the identity check switched on.
    pub identity_key_hash: Option<String>,
}

pub(super) fn read_all(raw: Option<&Value>) -> Vec<Contact> {
    raw.and_then(Value::as_array).into_iter().flatten().filter(|raw| raw.is_object()).map(read).collect()
}

fn read(raw: &Value) -> Contact {
    let profile = json::member(raw, "profile").unwrap_or(&Value::Null);
    let ids = Ids::read(raw, &["wa_id"], &["user_id"], &["parent_user_id"]);
    Contact {
        profile_name: json::text(profile, "name"),
        username: json::text(profile, "username").or_else(|| json::text(raw, "username")).and_then(normal_username),
        wa_id: ids.phone,
        user_id: ids.user_id,
        parent_user_id: ids.parent_user_id,
        identity_key_hash: json::text(raw, "identity_key_hash"),
    }
}

fn normal_username(username: String) -> Option<String> {
    let name = username.trim().trim_start_matches('@').to_lowercase();
    (!name.is_empty()).then_some(name)
}

/// The contact these ids belong to. The order of the list means nothing; a single contact is taken unless its ids speak against it.
///
/// `place` is where the message stands in its own list: most bodies keep the same order, which saves the search.
pub(super) fn belonging_to<'c>(contacts: &'c [Contact], ids: &Ids, place: usize) -> Option<&'c Contact> {
    let same_user =
        |contact: &&Contact| same(&contact.user_id, &ids.user_id) || same(&contact.parent_user_id, &ids.parent_user_id);
    let same_phone = |contact: &&Contact| same(&contact.wa_id, &ids.phone);
    let only = || match contacts {
        [only] if !contradicts(only, ids) => Some(only),
        _ => None,
    };
    contacts
        .get(place)
        .filter(same_user)
        .or_else(|| contacts.iter().find(same_user))
        .or_else(|| contacts.get(place).filter(same_phone))
        .or_else(|| contacts.iter().find(same_phone))
        .or_else(only)
}

fn contradicts(contact: &Contact, ids: &Ids) -> bool {
    differ(&contact.user_id, &ids.user_id) || differ(&contact.wa_id, &ids.phone)
}

fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && one == other
}

fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && other.is_some() && one != other
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contacts(raw: Value) -> Vec<Contact> {
        read_all(Some(&raw))
    }

    fn ids(phone: &str, user_id: &str) -> Ids {
        Ids {
            phone: PhoneText::new(phone.into()),
            user_id: Some(user_id.to_owned()).filter(|id| !id.is_empty()),
            parent_user_id: None,
        }
    }

    fn name<'c>(contacts: &'c [Contact], ids: &Ids) -> Option<&'c str> {
        belonging_to(contacts, ids, 0).and_then(|contact| contact.profile_name.as_deref())
    }

    #[test]
    fn a_contact_is_found_by_its_ids_and_not_by_its_place() {
        let contacts = contacts(json!([
            {"profile": {"name": "Bruno"}, "wa_id": "5521", "user_id": "BR.2"},
            {"profile": {"name": "Ana"}, "wa_id": "5511", "user_id": "BR.1"},
        ]));

        assert_eq!(name(&contacts, &ids("", "BR.1")), Some("Ana"));
        assert_eq!(name(&contacts, &ids("5511", "")), Some("Ana"));
        assert_eq!(name(&contacts, &ids("5521", "BR.1")), Some("Ana"));
        assert_eq!(name(&contacts, &ids("5531", "")), None);
    }

    #[test]
    fn the_only_contact_is_taken_unless_its_ids_contradict() {
        let ana = contacts(json!([{"profile": {"name": "Ana"}, "wa_id": "5511", "user_id": "BR.1"}]));

        assert_eq!(name(&ana, &ids("", "")), Some("Ana"));
        assert_eq!(name(&ana, &ids("5512", "")), None);
        assert_eq!(name(&ana, &ids("", "BR.2")), None);
    }

    #[test]
    fn a_typo_in_the_user_id_is_bridged_by_the_phone_or_the_parent() {
        let ana = contacts(
            json!([{"profile": {"name": "Ana"}, "wa_id": "5511", "user_id": "uBR.1", "parent_user_id": "BR.ENT.7"}]),
        );

        assert_eq!(name(&ana, &ids("5511", "BR.1")), Some("Ana"));
        let by_parent = Ids { parent_user_id: Some("BR.ENT.7".into()), ..ids("", "BR.1") };
        assert_eq!(name(&ana, &by_parent), Some("Ana"));
    }

    #[test]
    fn a_username_loses_its_at_sign_and_its_capitals() {
        let contact = &contacts(json!([{"profile": {"name": "", "username": "@PabloMorales"}}]))[0];

        assert_eq!(contact.username.as_deref(), Some("pablomorales"));
        assert_eq!(contact.profile_name, None);
    }
}
