//! Merges, their undoing, messages and answers in any order: nobody's answer ever goes to somebody else, and nothing stays mixed up.

mod cases;
mod people;
mod shop;
mod whole;

use proptest::prelude::*;

use shop::{PEOPLE, Shop, Under};

/// What may happen, to a person by their place.
#[derive(Debug, Clone)]
enum Act {
    /// A person writes to one of our numbers.
    Writes { person: usize, channel: usize, under: Under },
    /// A person wants no more messages, or them again.
    Wishes { person: usize, under: Under, out: bool },
    /// A person tells WhatsApp that they have another number.
    TellsAnotherNumber { person: usize },
    /// WhatsApp refuses marketing to somebody: they opted out of it there, or it spares them for a day.
    IsRefused { person: usize, channel: usize, out: bool },
    /// A person of ours, or another system, says that somebody wants no more messages, or them again.
    IsToldOf { person: usize, out: bool },
    /// A person of ours wants to hear nothing more of somebody, or hear them again.
    IsBlocked { person: usize, blocked: bool },
    /// A person of ours writes something down: a deal, and a note beside the person.
    Makes { person: usize },
    /// A person of ours gives what was made to somebody else.
    Gives { nth: usize, person: usize },
    /// A person of ours answers in somebody's conversation.
    Answers { person: usize, nth: usize },
    /// The oldest answer that waits leaves.
    Leaves,
    /// Somebody is merged into somebody, whoever their ids lead to.
    Merges { survivor: usize, merged: usize },
    /// One of the merges that stand is undone.
    Undoes { nth: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let (person, channel) = (0..PEOPLE, 0..2_usize);
    let under = prop_oneof![
        3 => Just(Under::Number),
        1 => Just(Under::OtherSpelling),
        1 => Just(Under::UserId),
        2 => Just(Under::NumberAndUserId),
        2 => Just(Under::AnotherNumber),
    ];
    let writes = (person.clone(), channel.clone(), under.clone());
    let refused = (person.clone(), channel, any::<bool>());
    prop_oneof![
        4 => writes.prop_map(|(person, channel, under)| Act::Writes { person, channel, under }),
        2 => (person.clone(), under, any::<bool>()).prop_map(|(person, under, out)| Act::Wishes { person, under, out }),
        1 => person.clone().prop_map(|person| Act::TellsAnotherNumber { person }),
        1 => refused.prop_map(|(person, channel, out)| Act::IsRefused { person, channel, out }),
        1 => (person.clone(), any::<bool>()).prop_map(|(person, out)| Act::IsToldOf { person, out }),
        1 => (person.clone(), any::<bool>()).prop_map(|(person, blocked)| Act::IsBlocked { person, blocked }),
        2 => person.clone().prop_map(|person| Act::Makes { person }),
        1 => (0..12_usize, person.clone()).prop_map(|(nth, person)| Act::Gives { nth, person }),
        2 => (person.clone(), 0..4_usize).prop_map(|(person, nth)| Act::Answers { person, nth }),
        2 => Just(Act::Leaves),
        5 => (person.clone(), person).prop_map(|(survivor, merged)| Act::Merges { survivor, merged }),
        3 => (0..4_usize).prop_map(|nth| Act::Undoes { nth }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_goes_to_who_wrote_and_undoing_gives_everybody_back(acts in prop::collection::vec(act(), 1..40)) {
        let mut shop = Shop::open();
        for act in &acts {
            shop.now += 1_000;
            take(&mut shop, act);
            shop.assert_whole();
        }
        shop.undo_all();
        shop.assert_as_if_never_merged();
    }
}

fn take(shop: &mut Shop, act: &Act) {
    match *act {
        Act::Writes { person, channel, under } => shop.writes(person, channel, under),
        Act::Wishes { person, under, out } => shop.wishes(person, under, out),
        Act::TellsAnotherNumber { person } => shop.tells_another_number(person),
        Act::IsRefused { person, channel, out } => shop.is_refused(person, channel, out),
        Act::IsToldOf { person, out } => shop.is_told_of(person, out),
        Act::IsBlocked { person, blocked } => shop.is_blocked(person, blocked),
        Act::Makes { person } => shop.makes(person),
        Act::Gives { nth, person } => shop.gives(nth, person),
        Act::Answers { person, nth } => shop.answers(person, nth),
        Act::Leaves => shop.leaves(),
        Act::Merges { survivor, merged } => shop.merges(survivor, merged),
        Act::Undoes { nth } => {
            if 0 < shop.standing() {
                shop.undoes(nth % shop.standing());
            }
        }
    }
}
