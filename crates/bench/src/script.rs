//! What is posted in a measurement and in which order: messages, repetitions of them, reports on what was sent.

use std::ops::Range;
use std::rc::Rc;

use crate::bodies::{self, Site};
use crate::graph::{Accepted, statuses};
use crate::senders::{Senders, scatter};

/// One repetition for so many messages makes one webhook in five a repetition.
const MESSAGES_A_REPETITION: usize = 4;
const FARTHEST_REPETITION: u64 = 300; // webhooks later
const DISORDER: u64 = 16; // webhooks by which one may come too early
/// Sizes of status batches, over and over: most are small, and a busy number gets large ones.
const BATCHES: [usize; 8] = [1, 4, 16, 100, 2, 8, 40, 29];

/// What goes in beside the messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mail {
    /// Nothing.
    Plain,
    /// Messages again, and all of it in some disorder.
    Repeated,
    /// Statuses of sends that were made before, in batches or one by one.
    Reported { statuses_a_message: usize, in_batches: bool },
}

impl Mail {
    /// How many sends must have been made before, so that there is something to report.
    pub(crate) fn sends_before(self, messages: usize) -> usize {
        match self {
            Self::Plain | Self::Repeated => 0,
            Self::Reported { statuses_a_message, .. } => messages * statuses_a_message / statuses::KINDS.len(),
        }
    }

    /// More webhooks than these never come beside the messages.
    pub(crate) fn most_extras(self, messages: usize) -> usize {
        match self {
            Self::Plain => 0,
            Self::Repeated => messages.div_ceil(MESSAGES_A_REPETITION),
            Self::Reported { .. } => self.sends_before(messages) * statuses::KINDS.len(),
        }
    }
}

/// A webhook that is no new message.
#[derive(Clone)]
enum Extra {
    Again(usize),
    Statuses(usize),
}

/// All webhooks: the messages by their number, then the others.
#[derive(Clone)]
pub(crate) struct Script {
    posts: Vec<Rc<[u8]>>,
    messages: usize,
    extras: Vec<Extra>,
}

impl Script {
    /// Messages alone, the last of them stamped with this Unix second.
    pub(crate) fn of_messages(site: &Site, senders: Senders, messages: usize, second: u64) -> Self {
        let posts = bodies::requests(site, senders, messages, second).into_iter().map(Rc::from).collect();
        Self { posts, messages, extras: Vec::new() }
    }

    /// The bytes of a webhook.
    pub(crate) fn post(&self, post: usize) -> Rc<[u8]> {
        self.posts[post].clone()
    }

    /// The message that a webhook carries, be it for the first time or again.
    pub(crate) fn message(&self, post: usize) -> Option<usize> {
        match post.checked_sub(self.messages).map(|extra| &self.extras[extra]) {
            None => Some(post),
            Some(Extra::Again(message)) => Some(*message),
            Some(Extra::Statuses(_)) => None,
        }
    }

    /// How many statuses a webhook carries.
    pub(crate) fn statuses(&self, post: usize) -> usize {
        match post.checked_sub(self.messages).map(|extra| &self.extras[extra]) {
            None | Some(Extra::Again(_)) => 0,
            Some(Extra::Statuses(statuses)) => *statuses,
        }
    }

    /// The order in which a range of the messages goes out, with what goes out beside them.
    pub(crate) fn order(&mut self, mail: Mail, site: &Site, messages: Range<usize>, made: &[Accepted]) -> Vec<usize> {
        match mail {
            Mail::Plain => messages.collect(),
            Mail::Repeated => self.with_repetitions(messages),
            Mail::Reported { in_batches, .. } => self.with_statuses(site, messages, made, in_batches),
        }
    }

    fn with_repetitions(&mut self, messages: Range<usize>) -> Vec<usize> {
        // Where each would stand if nobody jostled, in sixteenths, and by how far it is pushed back.
        let mut places: Vec<(u64, usize)> = messages
            .clone()
            .map(|message| (message as u64 * DISORDER + scatter(message) % (DISORDER * DISORDER), message))
            .collect();
        for message in messages.step_by(MESSAGES_A_REPETITION) {
            let later = 1 + scatter(message + 1) % FARTHEST_REPETITION;
            let again = self.add(self.posts[message].clone(), Extra::Again(message));
            places.push(((message as u64 + later) * DISORDER, again));
        }
        sorted(places)
    }

    fn with_statuses(
        &mut self,
        site: &Site,
        messages: Range<usize>,
        made: &[Accepted],
        in_batches: bool,
    ) -> Vec<usize> {
        let second = crate::unix_second();
        let reports = statuses::in_turn(made, second);
        let sizes = BATCHES.iter().map(|size| if in_batches { *size } else { 1 }).cycle();
        let (mut places, mut told) = (Vec::new(), 0);
        for size in sizes {
            let batch = &reports[told..reports.len().min(told + size)];
            if batch.is_empty() {
                break;
            }
            let body = bodies::envelope(site, &format!(r#""statuses":[{}]"#, batch.join(",")));
            let post = self.add(bodies::signed(site, &body).into(), Extra::Statuses(batch.len()));
            // Messages and statuses are spread evenly over each other.
            places.push((told as u64 * messages.len() as u64, post));
            told += batch.len();
        }
        places.extend(messages.clone().map(|message| ((message - messages.start) as u64 * told as u64, message)));
        sorted(places)
    }

    fn add(&mut self, post: Rc<[u8]>, extra: Extra) -> usize {
        self.posts.push(post);
        self.extras.push(extra);
        self.posts.len() - 1
    }
}

fn sorted(mut places: Vec<(u64, usize)>) -> Vec<usize> {
    places.sort_unstable();
    places.into_iter().map(|(_, post)| post).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::tests::site;

    fn script(messages: usize) -> Script {
        Script::of_messages(&site(), Senders::AlwaysNew, messages, 1_780_000_000)
    }

    #[test]
    fn one_webhook_in_five_is_a_repetition_and_comes_after_its_message() {
        let mut script = script(1_000);
        let order = script.order(Mail::Repeated, &site(), 0..1_000, &[]);
        assert_eq!(order.len(), 1_000 + Mail::Repeated.most_extras(1_000));
        let place = |post: usize| order.iter().position(|at| *at == post).unwrap() as i64;
        for post in 1_000..1_250 {
            let message = script.message(post).unwrap();
            assert_eq!(script.post(post), script.post(message));
            assert!(place(message) < place(post) + 2 * DISORDER as i64);
        }
        assert_ne!(order[..1_000], (0..1_000).collect::<Vec<_>>()[..], "in some disorder");
    }

    #[test]
    fn nine_updates_in_ten_are_statuses_and_evenly_spread() {
        let mut script = script(40);
        let mail = Mail::Reported { statuses_a_message: 9, in_batches: true };
        let made: Vec<Accepted> = (0..mail.sends_before(40)).map(Accepted::example).collect();
        let order = script.order(mail, &site(), 0..40, &made);
        let statuses: usize = order.iter().map(|post| script.statuses(*post)).sum();
        assert_eq!(statuses, 360);
        assert!(order.len() - 40 <= mail.most_extras(40));
        let half: usize = order[..order.len() / 2].iter().map(|post| script.statuses(*post)).sum();
        assert!((120..=240).contains(&half), "{half} of 360 in the first half");
    }
}
