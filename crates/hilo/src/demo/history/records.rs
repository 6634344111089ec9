//! What the shop kept of people in those days beside what they wrote: glasses ordered, eyes tested, offers made.

use domain::ids::{AppointmentId, ContactId, DealId, OrderId, WorkspaceId};
use domain::record::{Appointment, AppointmentStatus, Item, Money, Order, OrderStatus, Pipeline};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{Result, Tx};

use crate::dice::Dice;
use crate::ids;
use crate::inbox::Refusal;
use crate::records::{self, Edit, NewDeal, Told, Trail};

const GLASSES: [(&str, i64); 5] = [
    ("Lentes progresivos", 480_000),
    ("Lentes monofocales", 185_000),
    ("Lentes de contacto, caja de 6", 72_000),
    ("Lentes de sol graduados", 240_000),
    ("Armazón", 129_000),
];
const SERVICES: [&str; 3] = ["Examen de la vista", "Ajuste de armazón", "Adaptación de lentes de contacto"];
/// The way of an offer, as far as it comes.
const WAY: [&str; 4] = ["qualified", "proposal", "negotiation", "won"];

/// Keeps what came of the matters of that time.
pub(super) struct Keeper {
    workspace: WorkspaceId,
    zone: TimeZone,
    now: Timestamp,
    dice: Dice,
    orders: i64,
}

impl Keeper {
    pub(super) fn new(workspace: WorkspaceId, zone: TimeZone, now: Timestamp) -> Self {
        Self { workspace, zone, now, dice: Dice::new(4), orders: 4_100 }
    }

    /// A matter is done: of two in three something is kept.
    pub(super) fn keep(&mut self, tx: &mut Tx<'_>, contact: ContactId, at: Timestamp, by: &str) -> Result<()> {
        match self.dice.between(0, 100) {
            0..30 => self.order(tx, contact, at, by),
            30..55 => self.visit(tx, contact, at, by),
            55..67 => self.deal(tx, contact, at, by),
            _ => Ok(()),
        }
    }

    fn order(&mut self, tx: &mut Tx<'_>, contact: ContactId, at: Timestamp, by: &str) -> Result<()> {
        let (name, price) = GLASSES[self.dice.between(0, GLASSES.len() as i64) as usize];
        self.orders += 1;
        let price = pesos(price);
        let order = Order {
            id: OrderId(ids::fresh()),
            number: self.orders.to_string(),
            contact: Some(contact),
            status: OrderStatus::Placed,
            total: price,
            items: vec![Item { name: name.to_owned(), quantity: 1, price }],
            placed_at: at.as_millisecond(),
            tracking: None,
        };
        self.create(tx, &order, at, by)?;
        let way = [
            (1, OrderStatus::Paid),
            (30, OrderStatus::Preparing),
            (96, OrderStatus::Shipped),
            (140, OrderStatus::Delivered),
        ];
        for (version, (hours, status)) in (1..).zip(way) {
            let then = at + SignedDuration::from_hours(hours);
            if self.now < then {
                break;
            }
            self.change(tx, &order, version, then, by, move |old: &Order| Order { status, ..old.clone() })?;
        }
        Ok(())
    }

    fn visit(&mut self, tx: &mut Tx<'_>, contact: ContactId, at: Timestamp, by: &str) -> Result<()> {
        let days = self.dice.between(1, 9);
        let hour = self.dice.between(10, 18) as i8;
        let day = (at + SignedDuration::from_hours(24 * days)).to_zoned(self.zone.clone()).date();
        let Ok(begins) = day.at(hour, 0, 0, 0).to_zoned(self.zone.clone()) else { return Ok(()) };
        let begins = begins.timestamp();
        let visit = Appointment {
            id: AppointmentId(ids::fresh()),
            contact,
            service: self.dice.one_of(&SERVICES).to_owned(),
            place: Some("Orizaba 120".to_owned()),
            starts_at: begins.as_millisecond(),
            ends_at: (begins + SignedDuration::from_mins(30)).as_millisecond(),
            time_zone: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            status: AppointmentStatus::Scheduled,
            owner: None,
        };
        self.create(tx, &visit, at, by)?;
        let confirmed = at + SignedDuration::from_hours(2);
        let mut version = 1;
        if confirmed < self.now.min(begins) && self.dice.chance(80) {
            let status = AppointmentStatus::Confirmed;
            self.change(tx, &visit, version, confirmed, by, move |old: &Appointment| Appointment {
                status,
                ..old.clone()
            })?;
            version += 1;
        }
        let over = begins + SignedDuration::from_hours(1);
        if over < self.now {
            let status = if self.dice.chance(88) { AppointmentStatus::Completed } else { AppointmentStatus::NoShow };
            self.change(tx, &visit, version, over, by, move |old: &Appointment| Appointment { status, ..old.clone() })?;
        }
        Ok(())
    }

    fn deal(&mut self, tx: &mut Tx<'_>, contact: ContactId, at: Timestamp, by: &str) -> Result<()> {
        let (name, price) = GLASSES[self.dice.between(0, GLASSES.len() as i64) as usize];
        let pipelines = [Pipeline::first()];
        let new = NewDeal {
            id: DealId(ids::fresh()),
            title: name.to_owned(),
            contact: Some(contact),
            company: None,
            owner: None,
            pipeline: None,
            stage: None,
            lost_reason: None,
            amount: pesos(price),
            expected_close: None,
        };
        let Ok(mut deal) = records::opened(&new, &pipelines, at.as_millisecond()) else { return Ok(()) };
        self.create(tx, &deal, at, by)?;
        for (version, stage) in (1..).zip(WAY) {
            let then = at + SignedDuration::from_hours(40 * version);
            if self.now < then || !self.dice.chance(75) {
                break;
            }
            let is_lost = stage == "won" && self.dice.chance(35);
            let (stage, reason) = if is_lost { ("lost", Some("Le pareció caro")) } else { (stage, None) };
            let Ok(moved) = records::moved(&deal, &pipelines, None, stage, reason, then.as_millisecond()) else {
                break;
            };
            deal = moved;
            self.change(tx, &deal, version, then, by, |_| deal.clone())?;
        }
        Ok(())
    }

    /// What a verb refuses did not happen in those days either.
    fn create<R: Told>(&self, tx: &mut Tx<'_>, record: &R, at: Timestamp, by: &str) -> Result<()> {
        let trail = Trail::of_the_past(at.as_millisecond(), by);
        records::create_at(tx, self.workspace, record, &trail).map(drop)
    }

    fn change<R: Told>(
        &self,
        tx: &mut Tx<'_>,
        record: &R,
        seen: i64,
        at: Timestamp,
        by: &str,
        edited: impl Fn(&R) -> R,
    ) -> Result<()> {
        let edit = Edit { id: record.id(), seen, trail: Trail::of_the_past(at.as_millisecond(), by) };
        let mut edited = |_: &mut Tx<'_>, old: &R| Ok(Ok::<R, Refusal>(edited(old)));
        records::change_at(tx, self.workspace, &edit, &mut edited).map(drop)
    }
}

fn pesos(minor: i64) -> Option<Money> {
    "MXN".parse().ok().and_then(|currency| Money::new(minor, currency).ok())
}
