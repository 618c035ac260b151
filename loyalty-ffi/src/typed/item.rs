use std::ffi::c_char;

use loyalty_core::ops::{self, ItemKind};
use loyalty_core::value::Sku;
use loyalty_core::{Error, Result};

use super::Decimal;
use crate::boundary::{self, Record};

/// `loyalty_item.kind`: bought.
pub const LOYALTY_ITEM_SALE: i32 = 0;
/// `loyalty_item.kind`: a gift; it does not count as a product bought.
pub const LOYALTY_ITEM_GIFT: i32 = 1;
/// `loyalty_item.kind`: a discount line; it does not count as a product bought.
pub const LOYALTY_ITEM_DISCOUNT: i32 = 2;

/// One line of an order.
#[repr(C)]
pub struct Item {
    /// `sizeof(loyalty_item)`.
    pub size: u32,
    /// One of `LOYALTY_ITEM_…`.
    pub kind: i32,
    /// Article number: 1 to 64 bytes.
    pub sku: *const c_char,
    /// How many, 1 to 9999.
    pub quantity: i64,
    /// What the line cost, or NULL.
    pub amount: *const Decimal,
    /// Tax inside the amount, or NULL.
    pub tax: *const Decimal,
    /// Category of the article, or NULL.
    pub category: *const c_char,
    /// Labels of the article, like `vegan` or `colour:red`: `label_count` texts in a row. May be NULL when there are none.
    pub labels: *const *const c_char,
    /// How many labels, at most 20.
    pub label_count: usize,
    /// 0.
    pub reserved: [u64; 2],
}

impl Record for Item {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// The lines of an order.
pub(super) fn items(first: *const Item, count: usize) -> Result<Vec<ops::Item>> {
    let items = boundary::records(first, count, "items")?;
    items.into_iter().enumerate().map(|(index, item)| item.read(&format!("items[{index}]"))).collect()
}

impl Item {
    fn read(&self, name: &str) -> Result<ops::Item> {
        let field = |field: &str| format!("{name}.{field}");
        let category = boundary::optional_text(self.category, &field("category"))?;
        // The error of a text names only the field; here the path of the line is added.
        let sku = Sku::new(boundary::text(self.sku, &field("sku"))?).map_err(|error| {
            let expected = error.details().get("expected").and_then(|expected| expected.as_str()).unwrap_or_default();
            Error::invalid(&field("sku"), expected)
        });
        let line = ops::Item::new(sku?);
        Ok(ops::Item {
            quantity: self.quantity,
            amount: Decimal::read_optional(self.amount, &field("amount"))?,
            tax: Decimal::read_optional(self.tax, &field("tax"))?,
            category: category.map(str::to_owned),
            labels: boundary::texts(self.labels, self.label_count, &field("labels"))?,
            kind: match self.kind {
                LOYALTY_ITEM_SALE => ItemKind::Sale,
                LOYALTY_ITEM_GIFT => ItemKind::Gift,
                LOYALTY_ITEM_DISCOUNT => ItemKind::Discount,
                other => return Err(Error::invalid(&field("kind"), format_args!("must be 0, 1 or 2, got `{other}`"))),
            },
            ..line
        })
    }
}
