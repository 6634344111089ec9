//! Example messages that give a type its start before the operator has written any.
//!
//! One file an archetype, one message a line behind its language. They are written by hand, the way people type on a
//! phone in Mexico, Colombia, Argentina, Chile, Peru, Brazil and the United States, and no two of them say a thing the
//! same way: a near-copy teaches nothing.

use std::fmt;

use domain::Category;

use crate::language::Lang;

/// A kind of message that most businesses receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Archetype {
    /// Where is what I ordered, is it ready?
    OrderStatus,
    /// It came broken, incomplete, wrong, to the wrong door, or not at all.
    DeliveryProblem,
    /// I want to give it back, change it, have my money again.
    ReturnRefund,
    /// It failed within the guarantee; is it covered?
    Warranty,
    /// I want this, send it to me.
    PlaceOrder,
    /// What does it cost, what do you have, what is included?
    PriceInfo,
    /// What would it cost: so many, a project, a repair, an event?
    QuoteRequest,
    /// When are you open, where are you?
    HoursLocation,
    /// I want an appointment, a table, a visit.
    BookAppointment,
    /// Yes, I will be there.
    ConfirmAppointment,
    /// I cannot come; another day?
    CancelReschedule,
    /// How do I pay, what do I owe, where is my invoice?
    PaymentInvoice,
    /// It does not work.
    TechSupport,
    /// I was treated badly.
    ComplaintService,
    /// Let me talk to a person.
    TalkToHuman,
    /// Thank you, all is well.
    ReplyThanks,
    /// Do not write to me any more.
    OptOut,
}

impl Archetype {
    /// The name in workflow files and in the interface between programs.
    pub fn id(self) -> &'static str {
        match self {
            Archetype::OrderStatus => "order_status",
            Archetype::DeliveryProblem => "delivery_problem",
            Archetype::ReturnRefund => "return_refund",
            Archetype::Warranty => "warranty",
            Archetype::PlaceOrder => "place_order",
            Archetype::PriceInfo => "price_info",
            Archetype::QuoteRequest => "quote_request",
            Archetype::HoursLocation => "hours_location",
            Archetype::BookAppointment => "book_appointment",
            Archetype::ConfirmAppointment => "confirm_appointment",
            Archetype::CancelReschedule => "cancel_reschedule",
            Archetype::PaymentInvoice => "payment_invoice",
            Archetype::TechSupport => "tech_support",
            Archetype::ComplaintService => "complaint_service",
            Archetype::TalkToHuman => "talk_to_human",
            Archetype::ReplyThanks => "reply_thanks",
            Archetype::OptOut => "opt_out",
        }
    }

    /// The archetype with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        archetypes().iter().copied().find(|archetype| archetype.id() == id)
    }

    /// The broad category under which most businesses file it.
    pub fn category(self) -> Category {
        match self {
            Archetype::OrderStatus
            | Archetype::DeliveryProblem
            | Archetype::ReturnRefund
            | Archetype::Warranty
            | Archetype::PaymentInvoice
            | Archetype::TechSupport
            | Archetype::TalkToHuman => Category::Support,
            Archetype::PlaceOrder | Archetype::BookAppointment | Archetype::CancelReschedule => Category::Order,
            Archetype::PriceInfo | Archetype::QuoteRequest | Archetype::HoursLocation => Category::Information,
            Archetype::ComplaintService => Category::Complaint,
            Archetype::ConfirmAppointment | Archetype::ReplyThanks | Archetype::OptOut => Category::Reply,
        }
    }

    fn messages(self) -> &'static str {
        match self {
            Archetype::OrderStatus => include_str!("../bank/order_status.tsv"),
            Archetype::DeliveryProblem => include_str!("../bank/delivery_problem.tsv"),
            Archetype::ReturnRefund => include_str!("../bank/return_refund.tsv"),
            Archetype::Warranty => include_str!("../bank/warranty.tsv"),
            Archetype::PlaceOrder => include_str!("../bank/place_order.tsv"),
            Archetype::PriceInfo => include_str!("../bank/price_info.tsv"),
            Archetype::QuoteRequest => include_str!("../bank/quote_request.tsv"),
            Archetype::HoursLocation => include_str!("../bank/hours_location.tsv"),
            Archetype::BookAppointment => include_str!("../bank/book_appointment.tsv"),
            Archetype::ConfirmAppointment => include_str!("../bank/confirm_appointment.tsv"),
            Archetype::CancelReschedule => include_str!("../bank/cancel_reschedule.tsv"),
            Archetype::PaymentInvoice => include_str!("../bank/payment_invoice.tsv"),
            Archetype::TechSupport => include_str!("../bank/tech_support.tsv"),
            Archetype::ComplaintService => include_str!("../bank/complaint_service.tsv"),
            Archetype::TalkToHuman => include_str!("../bank/talk_to_human.tsv"),
            Archetype::ReplyThanks => include_str!("../bank/reply_thanks.tsv"),
            Archetype::OptOut => include_str!("../bank/opt_out.tsv"),
        }
    }
}

impl fmt::Display for Archetype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Every archetype, in the order in which a catalogue usually lists them.
pub fn archetypes() -> &'static [Archetype] {
    &[
        Archetype::OrderStatus,
        Archetype::DeliveryProblem,
        Archetype::ReturnRefund,
        Archetype::Warranty,
        Archetype::PlaceOrder,
        Archetype::PriceInfo,
        Archetype::QuoteRequest,
        Archetype::HoursLocation,
        Archetype::BookAppointment,
        Archetype::ConfirmAppointment,
        Archetype::CancelReschedule,
        Archetype::PaymentInvoice,
        Archetype::TechSupport,
        Archetype::ComplaintService,
        Archetype::TalkToHuman,
        Archetype::ReplyThanks,
        Archetype::OptOut,
    ]
}

/// The messages of an archetype, each with its language.
pub fn examples(archetype: Archetype) -> impl Iterator<Item = (Lang, &'static str)> {
    archetype.messages().lines().filter_map(|line| {
        let (code, message) = line.split_once('\t')?;
        Some((Lang::from_code(code)?, message))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::fold::fold;

    #[test]
    fn every_archetype_has_a_hundred_messages_in_each_language() {
        for &archetype in archetypes() {
            for lang in Lang::ALL {
                let count = examples(archetype).filter(|(of, _)| *of == lang).count();
                assert!(100 <= count, "{archetype} has {count} messages in {}", lang.code());
            }
        }
    }

    #[test]
    fn every_line_of_the_files_is_a_message_with_a_language() {
        for &archetype in archetypes() {
            assert_eq!(examples(archetype).count(), archetype.messages().lines().count(), "{archetype}");
        }
    }

    #[test]
    fn no_message_belongs_to_two_archetypes() {
        let mut owners = HashMap::new();
        for &archetype in archetypes() {
            for (_, message) in examples(archetype) {
                let owner = *owners.entry(fold(message)).or_insert(archetype);
                assert_eq!(owner, archetype, "`{message}` is under two archetypes");
            }
        }
    }
}
