//! People, keys and workflows.

use domain::PhoneNumber;
use domain::ids::KeyId;
use domain::scope::Scopes;
use store::{NewKey, Store};

use crate::clinic::{Clinic, NOW, fresh};
use crate::places::{read, write};

pub(crate) fn twins_of_a_phone_number_find_the_same_person(store: &Store) {
    let clinic = Clinic::at(store);
    let without_the_ninth_digit = PhoneNumber::from_whatsapp("551187654321").unwrap();
    let stranger = PhoneNumber::from_whatsapp("5511987654322").unwrap();

    let found = read(store, move |tx| tx.contacts_of_phone(clinic.workspace, &without_the_ninth_digit));
    let nobody = read(store, move |tx| tx.contacts_of_phone(clinic.workspace, &stranger));

    assert_eq!(found.iter().map(|row| row.contact.id).collect::<Vec<_>>(), [clinic.ana]);
    assert_eq!(found[0].identities[0].identity.value, crate::clinic::ana_phone().as_str());
    assert!(nobody.is_empty());
}

pub(crate) fn a_revoked_key_or_a_wrong_one_belongs_to_nobody(store: &Store) {
    let clinic = Clinic::at(store);
    let id = KeyId(fresh());
    let key = NewKey {
        id,
        name: "till".to_owned(),
        hash: b"hash of a key".to_vec(),
        scopes: Scopes::all(),
        expires_at: None,
    };
    write(store, move |tx| tx.add_key(clinic.workspace, &key, NOW)).unwrap();

    let owner = |hash: &'static [u8]| read(store, move |tx| tx.key_of_hash(hash)).map(|key| (key.workspace, key.name));
    assert_eq!(owner(b"hash of a key"), Some((clinic.workspace, "till".to_owned())));
    assert_eq!(owner(b"hash of another"), None);

    assert!(write(store, move |tx| tx.revoke_key(clinic.workspace, id, NOW)).unwrap());
    assert_eq!(owner(b"hash of a key"), None);
    let listed = read(store, move |tx| tx.keys(clinic.workspace, None, 9));
    assert_eq!(listed.iter().map(|key| key.revoked_at).collect::<Vec<_>>(), [Some(NOW)]);
}

pub(crate) fn workflows_are_numbered_in_the_order_of_their_publication(store: &Store) {
    let clinic = Clinic::at(store);
    assert_eq!(read(store, move |tx| tx.workflow_in_force(clinic.workspace)), None);
    for (number, text) in [(1, "types: []"), (2, "types: [a]")] {
        let published = write(store, move |tx| tx.publish_workflow(clinic.workspace, text, "ana", "because", NOW));
        assert_eq!(published.unwrap(), number);
        let in_force = read(store, move |tx| tx.workflow_in_force(clinic.workspace));
        assert_eq!(in_force, Some((number, text.to_owned())));
    }
}
