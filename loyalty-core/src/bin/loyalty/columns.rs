//! Which columns of a file of sales hold what.

use clap::Args;
use csv::{ByteRecord, StringRecord};
use loyalty_core::{Error, Result};

/// The names of the columns.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns")]
pub(crate) struct Names {
    /// Column of the order id [default: invoice]
    #[arg(long, value_name = "NAME")]
    order_column: Option<String>,
    /// Column of date and time [default: datetime]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["date_column", "time_of_day_column"])]
    time_column: Option<String>,
    /// Column of the date, where it stands alone
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// Column of the time of day, beside --date-column
    #[arg(long, value_name = "NAME", requires = "date_column")]
    time_of_day_column: Option<String>,
    /// Column of the user id, a whole number above zero [default: customer_id]
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// Column of the article number [default: stock_code, if there is one]
    #[arg(long, value_name = "NAME")]
    sku_column: Option<String>,
    /// Column of the quantity [default: quantity, if there is one; else 1]
    #[arg(long, value_name = "NAME")]
    quantity_column: Option<String>,
    /// Column of the price of one piece [default: unit_price]
    #[arg(long, value_name = "NAME", conflicts_with = "amount_column")]
    unit_price_column: Option<String>,
    /// Column of what the whole row cost, in place of a unit price
    #[arg(long, value_name = "NAME")]
    amount_column: Option<String>,
    /// Column of the article's category
    #[arg(long, value_name = "NAME")]
    category_column: Option<String>,
    /// Column of the user's name, kept when the user is enrolled
    #[arg(long, value_name = "NAME")]
    name_column: Option<String>,
}

/// A column that the file has.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    place: usize,
    pub(crate) name: String,
}

/// What the money of a row stands for.
#[derive(Debug, Clone)]
pub(crate) enum Money {
    /// The price of one piece.
    UnitPrice(Column),
    /// The price of the row.
    Amount(Column),
}

/// The columns of a file.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) order: Column,
    pub(crate) time: Column,
    pub(crate) time_of_day: Option<Column>,
    pub(crate) user: Column,
    pub(crate) sku: Option<Column>,
    pub(crate) quantity: Option<Column>,
    pub(crate) money: Money,
    pub(crate) category: Option<Column>,
    pub(crate) name: Option<Column>,
    /// How many there are in all.
    pub(crate) count: usize,
}

impl Columns {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// `invalid` naming the column that is missing and those that are there.
    pub(crate) fn find(names: &Names, header: &StringRecord) -> Result<Self> {
        let find = |name: &str| {
            let place = header.iter().position(|known| known.trim() == name)?;
            Some(Column { place, name: name.to_owned() })
        };
        let needed = |option: &str, given: &Option<String>, usual: &str| {
            let name = given.as_deref().unwrap_or(usual);
            find(name).ok_or_else(|| missing(option, name, header))
        };
        // A name that was given must be there; a usual one may be.
        let optional = |option: &str, given: &Option<String>, usual: Option<&str>| match given {
            Some(_) => needed(option, given, "").map(Some),
            None => Ok(usual.and_then(find)),
        };
        let money = match &names.amount_column {
            Some(_) => Money::Amount(needed("amount_column", &names.amount_column, "")?),
            None => Money::UnitPrice(needed("unit_price_column", &names.unit_price_column, "unit_price")?),
        };
        let time = match &names.date_column {
            Some(_) => needed("date_column", &names.date_column, "")?,
            None => needed("time_column", &names.time_column, "datetime")?,
        };
        Ok(Self {
            order: needed("order_column", &names.order_column, "invoice")?,
            time,
            time_of_day: optional("time_of_day_column", &names.time_of_day_column, None)?,
            user: needed("user_column", &names.user_column, "customer_id")?,
            sku: optional("sku_column", &names.sku_column, Some("stock_code"))?,
            quantity: optional("quantity_column", &names.quantity_column, Some("quantity"))?,
            money,
            category: optional("category_column", &names.category_column, None)?,
            name: optional("name_column", &names.name_column, None)?,
            count: header.len(),
        })
    }
}

fn missing(option: &str, name: &str, header: &StringRecord) -> Error {
    let known: Vec<&str> = header.iter().collect();
    Error::invalid(option, format_args!("the file has no column `{name}`; its header is `{}`", known.join(",")))
}

impl Column {
    /// The text that a row has here.
    ///
    /// # Errors
    /// `invalid` naming the column when it is not UTF-8.
    pub(crate) fn text<'a>(&self, row: &'a ByteRecord) -> Result<&'a str> {
        let bytes = row.get(self.place).unwrap_or_default();
        std::str::from_utf8(bytes).map(str::trim).map_err(|_| self.wrong("must be UTF-8"))
    }

    /// The error about what a row has here.
    pub(crate) fn wrong(&self, expected: impl std::fmt::Display) -> Error {
        Error::invalid(&self.name, expected).with("column", self.name.as_str())
    }
}
