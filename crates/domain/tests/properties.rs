//! What holds of every number and of every order of reports.

use domain::PhoneNumber;
use domain::delivery::Progress;
use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, proptest};

fn key(wa_id: &str) -> String {
    PhoneNumber::from_whatsapp(wa_id).unwrap().match_key()
}

/// Whether two numbers are two spellings of one, by the rules as people know them: Mexico had a 1 behind its 52, Argentina has a 9
/// behind its 54, and Brazil put a 9 in front of what began with 6 to 9.
fn are_twins(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let without = |from: &str, place: usize| [&from[..place], &from[place + 1..]].concat();
    let is_mexican = long.len() == 13 && long.starts_with("521") && without(long, 2) == short;
    let is_argentine = long.len() == 13 && long.starts_with("549") && without(long, 2) == short;
    let had_eight = || matches!(long.as_bytes()[5], b'6'..=b'9') && without(long, 4) == short;
    let is_brazilian = long.len() == 13 && long.starts_with("55") && long.as_bytes()[4] == b'9' && had_eight();
    is_mexican || is_argentine || is_brazilian
}

/// Numbers of which many are close to each other: from the three countries, and a few others.
fn number() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["52", "521", "54", "549", "5511", "55119", "5521", "1", "57", "34"]);
    (prefix, "[0-9]{7,10}")
        .prop_map(|(prefix, rest)| format!("{prefix}{rest}"))
        .prop_filter("as long as numbers are", |digits| digits.len() <= 15)
}

fn report() -> impl Strategy<Value = Progress> {
    prop::sample::select(Progress::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_spelling_of_a_number_has_its_key(mexican in "[2-9][0-9]{9}", argentine in "[1-9][0-9]{9}", area in "[1-9][1-9]", brazilian in "[6-9][0-9]{7}") {
        prop_assert_eq!(key(&format!("52{mexican}")), key(&format!("521{mexican}")));
        prop_assert_eq!(key(&format!("54{argentine}")), key(&format!("549{argentine}")));
        prop_assert_eq!(key(&format!("55{area}{brazilian}")), key(&format!("55{area}9{brazilian}")));
    }

    #[test]
    fn no_two_people_share_a_key(one in number(), other in number()) {
        let shared = key(&one) == key(&other);
        prop_assert_eq!(shared, one == other || are_twins(&one, &other), "{} and {}", one, other);
    }

    #[test]
    fn neighbours_share_a_key_only_if_they_are_spellings_of_one(one in number(), place in 2_usize..6, digit in 0_u8..10) {
        for other in [format!("{}{digit}{}", &one[..place], &one[place..]), format!("{}{}", &one[..place], &one[place + 1..])] {
            if (6..=15).contains(&other.len()) {
                prop_assert_eq!(key(&one) == key(&other), one == other || are_twins(&one, &other), "{} and {}", one, other);
            }
        }
    }

    #[test]
    fn a_key_is_a_number_whose_key_it_is(one in number()) {
        prop_assert_eq!(key(&key(&one)), key(&one));
    }

    #[test]
    fn reports_in_any_order_and_number_end_where_the_highest_leads(reports in prop::collection::vec(report(), 0..12), again in prop::collection::vec(report(), 0..4)) {
        let mut stands = Progress::Pending;
        for report in &reports {
            let before = stands;
            stands = stands.after(*report);
            prop_assert!(before.rank() <= stands.rank() && (stands == before || stands == *report));
        }
        prop_assert_eq!(Some(stands.rank()), reports.iter().map(|report| report.rank()).chain([0]).max());
        let backwards = reports.iter().rev().fold(Progress::Pending, |stands, report| stands.after(*report));
        prop_assert_eq!(backwards, stands);
        let repeated = again.iter().filter(|report| reports.contains(report)).fold(stands, |stands, report| stands.after(*report));
        prop_assert_eq!(repeated, stands, "a report that comes again changes nothing");
        prop_assert_eq!(Progress::of_rank(stands.rank()), Some(stands));
    }
}
