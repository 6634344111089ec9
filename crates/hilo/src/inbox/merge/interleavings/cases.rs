//! What the chance of the other test might miss, one by one.

use domain::contact::Identity;

use super::shop::{Shop, US, Under};
use crate::inbox::Refusal;

const ANA: usize = 0;
const BEA: usize = 1;
const CARLA: usize = 2;

/// A conversation each, and everything undone at the end.
fn told(tell: impl FnOnce(&mut Shop)) {
    let mut shop = Shop::open();
    tell(&mut shop);
    shop.assert_whole();
    shop.undo_all();
    shop.assert_as_if_never_merged();
}

#[test]
fn a_new_number_from_which_somebody_writes_while_merged_goes_back_with_them() {
    told(|shop| {
        shop.writes(BEA, 0, Under::NumberAndUserId);
        shop.merges(ANA, BEA);
        shop.writes(BEA, 0, Under::AnotherNumber);
        shop.wishes(BEA, Under::AnotherNumber, true);
        shop.makes(BEA);
    });
}

#[test]
fn another_spelling_of_a_number_goes_back_with_it() {
    told(|shop| {
        shop.merges(ANA, BEA);
        shop.writes(BEA, 0, Under::OtherSpelling);
        shop.writes(BEA, 1, Under::OtherSpelling);
    });
}

#[test]
fn the_first_of_two_merges_is_undone_and_what_the_third_wished_stays_theirs() {
    told(|shop| {
        shop.wishes(CARLA, Under::Number, true);
        shop.is_blocked(CARLA, true);
        shop.merges(ANA, BEA);
        shop.merges(ANA, CARLA);
        shop.undoes(0);
    });
}

#[test]
fn the_first_of_two_merges_is_undone_and_takes_its_wish_along() {
    told(|shop| {
        shop.wishes(BEA, Under::Number, true);
        shop.is_blocked(BEA, true);
        shop.merges(ANA, BEA);
        shop.merges(ANA, CARLA);
        shop.undoes(0);
        shop.assert_whole();
        shop.undoes(0);
    });
}

#[test]
fn an_opt_out_that_nobody_wrote_is_not_lifted_by_the_other_ones_word() {
    told(|shop| {
        shop.merges(ANA, BEA);
        shop.is_refused(BEA, 0, true);
        shop.is_refused(BEA, 0, false);
        shop.wishes(ANA, Under::Number, false);
    });
}

#[test]
fn what_a_person_gave_to_a_third_stays_there_though_they_were_merged_as_well() {
    told(|shop| {
        shop.makes(BEA);
        shop.merges(ANA, BEA);
        shop.gives(0, CARLA);
        shop.merges(ANA, CARLA);
        shop.undoes(0);
    });
}

#[test]
fn whoever_is_blocked_by_an_id_that_was_merged_is_blocked_as_who_they_are() {
    told(|shop| {
        shop.merges(ANA, BEA);
        shop.is_blocked(BEA, true);
        shop.is_told_of(BEA, true);
        shop.assert_whole();
        shop.is_blocked(ANA, false);
    });
}

#[test]
fn what_is_behind_too_few_locks_does_not_happen() {
    let mut shop = Shop::open();
    shop.merges(ANA, BEA);
    let ana = shop.contact(ANA);
    let row = shop.look(|tx| tx.contact(US, ana)).unwrap();
    let names: Vec<Identity> = row.identities.into_iter().map(|known| known.identity).collect();
    let undone = shop.undoes_behind(shop.last_merge(), Some(&names[1..]));
    assert!(matches!(undone, Err(Refusal::Stale(_))), "{undone:?}");
    assert!(shop.undoes_behind(shop.last_merge(), Some(&names)).is_ok());
}
