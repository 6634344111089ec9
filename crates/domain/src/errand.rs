//! What a machine outside is asked, where the business has one, and what becomes of its answer.

use crate::named::named;

named! {
    /// What a machine outside is asked for.
    Errand: "errand" {
        /// Which type a message is of that the text model was not sure enough of.
        SecondOpinion = "second_opinion",
        /// What is said in a voice message.
        Transcript = "transcript",
    }
}

named! {
    /// What became of asking.
    Became: "end of an errand" {
        /// The answer decided what the message is about.
        Applied = "applied",
        /// The answer is kept, and decided nothing.
        Noted = "noted",
        /// It said nothing usable.
        Unusable = "unusable",
        /// A person, or another message of the customer's, was faster.
        Overtaken = "overtaken",
        /// The day's budget was spent, so it was not asked.
        OverBudget = "over_budget",
        /// No answer came, twice.
        Failed = "failed",
    }
}
