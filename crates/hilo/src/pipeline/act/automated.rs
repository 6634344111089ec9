//! Carries out what automation does by itself: it answers and writes down, it asks which record is meant, or it has nothing to say and hands
//! the matter over.

use domain::Policy;
use domain::delivery::Purpose;
use domain::interaction::{Author, Step};
use domain::prompt::{Prompt, Spoken};

use super::hand_over::Opening;
use super::{Matter, Office};
use crate::outgoing::Said;
use crate::pipeline::play::{Line, Play};
use crate::pipeline::values::{Answering, Course, Effects, HandOver, Reply};

impl Office<'_> {
    pub(super) fn automate(self, effects: &mut Effects, matter: Matter, play: Play, over: &HandOver) {
        match play {
            Play::Answer(line) => self.answer(effects, matter, *line, over),
            Play::Ask { said, among } => {
                effects.steps.push(Step::Decided { policy: Policy::Automate, guard: None });
                effects.steps.push(Step::AskedWhich { kind: self.kind(), among });
                self.say(effects, *said);
                let silence = self.workflow.workflow.interaction.silence;
                let until = self.now.as_millisecond() + silence.as_millis() as i64;
                if effects.open.ticket.is_some() {
                    self.put(effects, matter);
                } else {
                    self.keep_open(effects, matter, until);
                }
            }
            Play::GiveUp { lack, values, otherwise } => {
                effects.steps.push(Step::NotAnswered { kind: self.kind(), lack, values });
                let opening = otherwise.map_or(Opening::Acknowledgement, Opening::Words);
                self.hand_over(effects, matter, over, opening);
            }
        }
    }

    fn answer(self, effects: &mut Effects, (open, mut change): Matter, line: Line, over: &HandOver) {
        let Line { said, yes, no, about, written, contact, answer, condition, values, hands_over } = line;
        effects.steps.push(Step::Decided { policy: Policy::Automate, guard: None });
        effects.steps.push(Step::Answered { kind: self.kind(), answer, condition, about, values });
        self.say(effects, said);
        if let Some(prompt) = &mut effects.prompt {
            (prompt.record, prompt.yes, prompt.no) = (about, yes, no);
        }
        effects.written = written;
        if let Some(new) = contact {
            effects.change_person(|contact| *contact = new);
        }
        if hands_over {
            return self.hand_over(effects, (open, change), over, Opening::Answered);
        }
        // What a person has under way goes on; the answer is one more word in it.
        if open.is_none() || effects.open.ticket.is_none() {
            change.ticket = None;
            effects.course = Course::Automated;
        }
        self.put(effects, (open, change));
    }

    /// A person gets it as at intake, and sees what automation would have done.
    pub(super) fn keep_back(self, effects: &mut Effects, matter: Matter, play: Play, over: &HandOver) {
        let kind = self.kind();
        let (would, said, ends) = match play {
            Play::Answer(line) => {
                let Line { said, about, answer, condition, values, hands_over, .. } = *line;
                (Step::Answered { kind, answer, condition, about, values }, said.words(), !hands_over)
            }
            Play::Ask { said, among } => (Step::AskedWhich { kind, among }, said.words(), true),
            Play::GiveUp { lack, values, otherwise } => (Step::NotAnswered { kind, lack, values }, otherwise, false),
        };
        effects.steps.push(Step::KeptBack { would: Box::new(would), said, ends });
        self.hand_over(effects, matter, over, Opening::Acknowledgement);
    }

    fn say(self, effects: &mut Effects, said: Said) {
        let words = said.words().unwrap_or_default();
        let spoken = Spoken {
            seq: effects.reply_seq(),
            at: self.now.as_millisecond(),
            by: Author::Automation,
            kind: said.kind(),
            text: &words,
            template: None,
            about: self.intent.kind.as_deref(),
        };
        effects.prompt = Some(Prompt::of(&spoken));
        effects.answering = Answering::Nobody;
        effects.reply = Some(Reply { purpose: Purpose::Answer, said });
    }

    fn kind(self) -> String {
        self.intent.kind.clone().unwrap_or_default()
    }
}
