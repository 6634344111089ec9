//! Which names and threads of a survivor are those of the one who was merged: what moved with them, and what came since on that.

use domain::contact::Identity;
use domain::ids::ConversationId;

/// A name of the survivor.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) identity: Identity,
    /// In which thread it became known.
    pub(super) learnt_in: Option<ConversationId>,
    pub(super) since: i64,
}

/// A thread of the survivor.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) id: ConversationId,
    pub(super) phone: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) since: i64,
}

/// What goes back, and which threads stay.
#[derive(Debug, Default)]
pub(super) struct Parting {
    pub(super) names: Vec<Identity>,
    pub(super) threads: Vec<ConversationId>,
    pub(super) staying: Vec<ConversationId>,
}

/// Everything that was theirs at `at`, then whatever became known in one of their threads, and the threads that began with one of their
/// names; and so on, until nothing is new.
pub(super) fn part(
    names: &[Name],
    threads: &[Thread],
    moved_names: &[Identity],
    moved_threads: &[ConversationId],
    at: i64,
) -> Parting {
    let mut theirs = Parting::default();
    let is_moved = |thread: &&Thread| moved_threads.contains(&thread.id);
    theirs.threads.extend(threads.iter().filter(is_moved).map(|thread| thread.id));
    theirs.names.extend(names.iter().map(|name| &name.identity).filter(|name| moved_names.contains(name)).cloned());
    loop {
        let before = theirs.names.len() + theirs.threads.len();
        for name in names {
            let learnt = at <= name.since && name.learnt_in.is_some_and(|thread| theirs.threads.contains(&thread));
            if learnt && !theirs.names.contains(&name.identity) {
                theirs.names.push(name.identity.clone());
            }
        }
        for thread in threads {
            if at <= thread.since && is_of(thread, names, &theirs.names) && !theirs.threads.contains(&thread.id) {
                theirs.threads.push(thread.id);
            }
        }
        if before == theirs.names.len() + theirs.threads.len() {
            break;
        }
    }
    let stays = |thread: &&Thread| !theirs.threads.contains(&thread.id);
    theirs.staying = threads.iter().filter(stays).map(|thread| thread.id).collect();
    theirs
}

/// The phone says whose a thread is, as it does when a message comes; then the user id.
fn is_of(thread: &Thread, names: &[Name], theirs: &[Identity]) -> bool {
    let named = |value: &Option<String>| {
        let value = value.as_deref()?;
        names.iter().find(|name| name.identity.value == value)
    };
    let pinned = named(&thread.phone).or_else(|| named(&thread.user_id));
    pinned.is_some_and(|name| theirs.contains(&name.identity))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn thread(id: u128, phone: &str, since: i64) -> Thread {
        Thread { id: ConversationId(Uuid::from_u128(id)), phone: Some(phone.to_owned()), user_id: None, since }
    }

    fn name(value: &str, learnt_in: Option<u128>, since: i64) -> Name {
        let learnt_in = learnt_in.map(|id| ConversationId(Uuid::from_u128(id)));
        Name { identity: Identity::user_id(value), learnt_in, since }
    }

    #[test]
    fn a_chain_of_new_numbers_goes_back_to_whoever_it_began_with() {
        // The merged one's thread 1 told of a new number, whose thread 3 told of another one.
        let names =
            [name("own", None, 0), name("theirs", None, 0), name("second", Some(1), 11), name("third", Some(3), 12)];
        let threads = [thread(1, "theirs", 0), thread(2, "own", 0), thread(3, "second", 11), thread(4, "third", 13)];
        let parting = part(&names, &threads, &[Identity::user_id("theirs")], &[threads[0].id], 10);
        assert_eq!(parting.names.len(), 3);
        assert_eq!(parting.staying, [threads[1].id]);
    }

    #[test]
    fn what_the_survivor_had_before_stays_with_them() {
        let names = [name("own", Some(1), 5), name("theirs", None, 0)];
        let threads = [thread(1, "theirs", 0), thread(2, "own", 5), thread(3, "own", 11)];
        let parting = part(&names, &threads, &[Identity::user_id("theirs")], &[threads[0].id], 10);
        assert_eq!(parting.names, [Identity::user_id("theirs")]);
        assert_eq!(parting.staying, [threads[1].id, threads[2].id]);
    }
}
