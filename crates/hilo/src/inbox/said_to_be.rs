//! Whom somebody could be, by the addresses and order numbers that they wrote. Candidates for a person to look at: anybody can write
//! anything.

use domain::contact::Identity;
use domain::ids::{ContactId, WorkspaceId};
use store::{ContactRow, Tx};

/// So many of what was written are looked up, the latest first.
const MOST: usize = 4;
const LONGEST: usize = 80;

/// Somebody, and what of theirs was written.
#[derive(Debug, Clone)]
pub(crate) struct SaidToBe {
    /// Who.
    pub(crate) contact: ContactRow,
    /// The address or the number.
    pub(crate) said: String,
}

/// Everybody but `contact` whom these texts, the oldest first, could be from.
pub(crate) fn said_to_be<'t>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    contact: Option<ContactId>,
    texts: impl DoubleEndedIterator<Item = &'t str>,
) -> store::Result<Vec<SaidToBe>> {
    let mut found: Vec<SaidToBe> = Vec::new();
    for said in tokens(texts) {
        let people = if said.contains('@') {
            tx.contacts_of(workspace, &Identity::email(&said))?
        } else {
            let order = tx.order_of_number(workspace, &said)?;
            let whose = order.and_then(|order| order.record.contact);
            whose.map(|id| tx.contact(workspace, id)).transpose()?.flatten().into_iter().collect()
        };
        for row in people {
            let id = row.contact.id;
            if Some(id) != contact && found.iter().all(|other| other.contact.contact.id != id) {
                found.push(SaidToBe { contact: row, said: said.clone() });
            }
        }
    }
    Ok(found)
}

/// What could be an address or the number of an order: with an `@`, or with digits in it.
fn tokens<'t>(texts: impl DoubleEndedIterator<Item = &'t str>) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for text in texts.rev() {
        for word in text.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ';') {
            let word = word.trim_matches(|letter: char| "#.:!?()<>\"'¿¡".contains(letter));
            let tells = word.contains('@') || 3 <= word.chars().filter(char::is_ascii_digit).count();
            if tells && word.len() <= LONGEST && !tokens.iter().any(|token| token == word) && tokens.len() < MOST {
                tokens.push(word.to_owned());
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found_in_what_people_write() {
        let texts = ["hola", "soy ana@example.mx, mi pedido es el #A-4471.", "gracias"];
        assert_eq!(tokens(texts.into_iter()), ["ana@example.mx", "A-4471"]);
        assert!(tokens(["no tengo 12"].into_iter()).is_empty());
    }
}
