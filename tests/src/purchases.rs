//! The purchases of a host, the same in every run: members and order ids come in a random order.

use std::path::Path;

use loyalty_core::internals;
use loyalty_core::ops::{EarnPoints, Item};
use loyalty_core::value::{OrderId, Sku, UserId};
use loyalty_core::{Durability, Engine, Options};

use crate::calendar::{self, DAY};
use crate::world::{START, programme};

/// Articles that the host sells.
const ARTICLES: u64 = 24;
/// Purchases that are written in one transaction when many are.
const AT_ONCE: usize = 100;

/// How the purchases are spread over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// A hundred on each day, so that a member rarely comes twice on one.
    Days,
    /// All within one moment.
    Moment,
}

/// A host with so many members, each of whom buys as often, and what they buy.
#[derive(Debug, Clone, Copy)]
pub struct Purchases {
    /// How many members there are.
    pub members: u64,
    /// How many purchases there are of all of them.
    pub count: u64,
    /// Lines of each purchase.
    pub lines: u64,
}

impl Purchases {
    /// All of them, in the order in which they are made.
    ///
    /// # Panics
    /// Never, as each value is within its bounds.
    #[must_use]
    pub fn all(&self) -> Vec<EarnPoints> {
        let mut chance = Chance(0x2545_F491_4F6C_DD1D);
        let mut orders: Vec<u64> = (0..self.count).collect();
        let mut users: Vec<u64> = orders.iter().map(|number| 1 + number % self.members).collect();
        chance.shuffle(&mut orders);
        chance.shuffle(&mut users);
        let made = orders.iter().zip(users).map(|(order, user)| {
            let amount = 10 * i64::try_from(200 + chance.below(2_000)).expect("a small number");
            let user = UserId::new(i64::try_from(user).expect("a small number")).expect("a user");
            EarnPoints {
                order_id: Some(OrderId::new(format!("A-{order:06}")).expect("an order")),
                items: (0..self.lines).map(|_| line(&mut chance, amount / 4)).collect(),
                ..EarnPoints::new(user, amount.into())
            }
        });
        made.collect()
    }
}

fn line(chance: &mut Chance, amount: i64) -> Item {
    let sku = Sku::new(format!("cafe-{:02}", chance.below(ARTICLES))).expect("an article");
    let quantity = i64::try_from(1 + chance.below(3)).expect("a small number");
    Item { quantity, amount: Some(amount.into()), ..Item::new(sku) }
}

/// Numbers that look random.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound
    }

    fn shuffle(&mut self, numbers: &mut [u64]) {
        for last in (1..numbers.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).expect("an index");
            numbers.swap(last, other);
        }
    }
}

/// An engine on a SQLite file that does not wait for the disk, under the programme of Café-VT.
///
/// # Panics
/// When it cannot be opened.
#[must_use]
pub fn engine(path: &Path) -> Engine {
    open(Options::sqlite(path).durability(Durability::Relaxed))
}

/// The engine that the options name, under the programme of Café-VT, at the time at which tests begin.
///
/// # Panics
/// When it cannot be opened.
#[must_use]
pub fn open(options: Options) -> Engine {
    let engine = Engine::open(options.programme(programme(""))).expect("the engine opens");
    engine.fix_now(Some(internals::instant(calendar::micros(START))));
    engine
}

/// Books purchases, many in a transaction.
///
/// # Panics
/// When one fails.
pub fn book(engine: &Engine, purchases: &[EarnPoints], spread: Spread) {
    let mut now = calendar::micros(START);
    for together in purchases.chunks(AT_ONCE) {
        engine.fix_now(Some(internals::instant(now)));
        engine
            .batch(|batch| together.iter().try_for_each(|purchase| batch.run(purchase).map(drop)))
            .expect("the purchases are booked");
        if spread == Spread::Days {
            now += DAY;
        }
    }
}
