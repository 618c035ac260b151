//! Books sales and refunds in the order in which they happened.

use std::collections::HashMap;

use loyalty_core::ops::IdentityKind as Kind;
use loyalty_core::ops::{EarnPoints, Enroll, FindMember, Receipt, RefundOrder, Refunded};
use loyalty_core::programme::Programme;
use loyalty_core::value::{Amount, Currency, Decimal, Instant, Key, OrderId, UserId, Zone};
use loyalty_core::{Batch, Call, Error, Kind as ErrorKind, Late, Refusal, Result};

use super::order::{Back, Event, Sale, instant};
use super::people::{Contact, Who, given_id};
use super::times;

/// How many users that were found by an identity are cached.
const KEPT: usize = 100_000;

/// The refusal of a refund when the order is already refunded in full.
const NOTHING_LEFT: Refusal = Refusal::NothingLeftToRefund;

/// What the amounts of a file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amounts {
    /// The rows of an order add up to what it cost.
    Rows,
    /// Each row has the total of its whole order.
    Totals,
    /// A column named total has the total of its row.
    TotalsOfRows,
}

/// What was done for an event.
#[derive(Debug)]
pub(super) enum Done {
    Sale {
        user_id: UserId,
        enrolled: bool,
        late: bool,
        receipt: Receipt,
    },
    Back(Refunded),
    /// The shop itself had already refunded the order in full.
    NothingLeft,
}

/// Whether to book purchases that are too late to earn by the tier of their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Latecomers {
    Refused,
    Booked,
}

/// How events are booked.
pub(super) struct Booking {
    amounts: Amounts,
    currency: Currency,
    zone: Zone,
    shift_days: i64,
    latecomers: Latecomers,
    found: HashMap<(&'static str, String), UserId>,
}

impl Booking {
    pub(super) fn new(amounts: Amounts, programme: &Programme, shift_days: i64, latecomers: Latecomers) -> Self {
        let (currency, zone) = (programme.currency, programme.zone);
        Self { amounts, currency, zone, shift_days, latecomers, found: HashMap::new() }
    }

    /// The purchase to book for a sale.
    ///
    /// # Errors
    /// `invalid` for an amount or an id that is not valid.
    pub(super) fn purchase(&self, sale: &Sale, user_id: UserId) -> Result<EarnPoints> {
        let minor = match self.amounts {
            Amounts::Rows => sale.of_rows.or(sale.total),
            Amounts::Totals => sale.total.or(sale.of_rows),
            Amounts::TotalsOfRows => sale.sum_of_totals.or(sale.of_rows),
        };
        Ok(EarnPoints {
            order_id: Some(OrderId::new(sale.order.as_str())?),
            items: sale.items.clone(),
            ..EarnPoints::new(user_id, self.money(minor.unwrap_or_default()))
        })
    }

    /// The refund to book for what was given back.
    ///
    /// # Errors
    /// `invalid` for an id that is not valid.
    pub(super) fn refund(&self, back: &Back) -> Result<RefundOrder> {
        let order_id = OrderId::new(back.order.as_str())?;
        let amount = back.amount.map(|minor| self.money(minor));
        Ok(RefundOrder { amount, items: back.items.clone(), ..RefundOrder::whole(order_id) })
    }

    fn money(&self, minor: i64) -> Amount {
        Decimal::new(minor, self.currency.exponent()).into()
    }

    /// The time to book for an event.
    ///
    /// # Errors
    /// `invalid` when the move by days puts it outside the calendar.
    pub(super) fn at(&self, event: &Event) -> Result<Instant> {
        let micros = match event {
            Event::Sale(sale) => sale.at,
            Event::Back(back) => back.at,
        };
        times::moved(self.zone, instant(micros)?, self.shift_days).map_err(|expected| Error::invalid("at", expected))
    }

    /// Books an event.
    ///
    /// # Errors
    /// The errors of the operations; then nothing of the event stays.
    pub(super) fn book(&mut self, batch: &mut Batch<'_>, event: &Event) -> Result<Done> {
        let at = self.at(event)?;
        match event {
            Event::Sale(sale) => self.sale(batch, sale, at),
            Event::Back(back) => {
                // The key depends on the file's content, so importing the file again refunds nothing twice.
                let key = Key::new(format!("import-sales {} {}", back.order, back.number))?;
                match batch.run_as(&self.refund(back)?, &Call::new().at(at).key(key)) {
                    Err(error) if error.refusal() == Some(NOTHING_LEFT) => Ok(Done::NothingLeft),
                    done => done.map(Done::Back),
                }
            }
        }
    }

    fn sale(&mut self, batch: &mut Batch<'_>, sale: &Sale, at: Instant) -> Result<Done> {
        let user_id = self.user(batch, &sale.contact)?;
        let purchase = self.purchase(sale, user_id)?;
        let enrols = !batch.is_member(user_id)?;
        let enrolment = enrols.then(|| self.enrolment(batch, user_id, &sale.contact)).transpose()?;
        let late = match &purchase.order_id {
            Some(order_id) if !enrols => batch.lateness(user_id, order_id, at)?,
            _ => Late::No,
        };
        let call = Call::new().at(at);
        let strict = self.latecomers == Latecomers::Refused;
        batch.together(|batch| {
            if let Some(enrolment) = &enrolment {
                batch.run_as(enrolment, &call)?;
            }
            let receipt = batch.run_as(&purchase, &call)?;
            let wrong_tier = late == Late::TierChanged || (late == Late::SameTier && receipt.tier_changed);
            if strict && wrong_tier {
                return Err(too_late(user_id));
            }
            Ok(Done::Sale { user_id, enrolled: enrols, late: late != Late::No, receipt })
        })
    }

    fn user(&mut self, batch: &mut Batch<'_>, contact: &Contact) -> Result<UserId> {
        let (kind, value) = match &contact.who {
            Some(Who::User(number)) => return UserId::new(*number),
            Some(Who::Found(kind, value)) => (*kind, value),
            None => return Err(Error::internal("a sale without a user")),
        };
        let known = (kind.word(), value.clone());
        if let Some(user_id) = self.found.get(&known) {
            return Ok(*user_id);
        }
        let user_id = match found(batch, kind, value)? {
            Some(user_id) => user_id,
            None => given_id(kind, value)?,
        };
        if self.found.len() >= KEPT {
            self.found.clear();
        }
        self.found.insert(known, user_id);
        Ok(user_id)
    }

    /// How to enrol a new member: with the identity that found the order, and with those others that no member has yet.
    fn enrolment(&self, batch: &mut Batch<'_>, user_id: UserId, contact: &Contact) -> Result<Enroll> {
        let mut enrol = Enroll { name: contact.name.clone(), ..Enroll::user(user_id) };
        let own = [
            (Kind::Email, &contact.email, &mut enrol.email),
            (Kind::Phone, &contact.phone, &mut enrol.phone),
            (Kind::Card, &contact.card, &mut enrol.card),
        ];
        for (kind, value, place) in own {
            let by_it = match &contact.who {
                Some(Who::Found(known, value)) if *known == kind => Some(value.clone()),
                _ => None,
            };
            *place = match (by_it, value) {
                (Some(value), _) => Some(value),
                // An identity that is not valid, or that another member has, is no reason to lose the sale.
                (None, Some(value)) => matches!(found(batch, kind, value), Ok(None)).then(|| value.clone()),
                (None, None) => None,
            };
        }
        Ok(enrol)
    }
}

fn found(batch: &mut Batch<'_>, kind: Kind, value: &str) -> Result<Option<UserId>> {
    match batch.run(&FindMember { kind, value: value.to_owned() }) {
        Ok(found) => UserId::new(found.user_id).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn too_late(user_id: UserId) -> Error {
    let expected = format!(
        "must not be older than what member `{user_id}` has bought since, because the tier has changed between; older \
         files come first, or --allow-late books it by the tier of today"
    );
    Error::invalid("at", expected)
}
