//! Which column of a sales file holds what: as named by options, or recognised by its usual names.

use clap::Args;
use csv::ByteRecord;
use loyalty_core::{Error, Result};

use super::roles::{ROLES, Role};

/// The names of the columns.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns")]
pub(crate) struct Names {
    /// Column of the order id [default: recognised by its usual names, like `invoice`]
    #[arg(long, value_name = "NAME")]
    order_column: Option<String>,
    /// Column of date and time [default: recognised by its usual names, like `datetime`]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["date_column", "time_of_day_column"])]
    time_column: Option<String>,
    /// Column of the date, when the time has a column of its own or is missing
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// Column of the time of day, in addition to --date-column
    #[arg(long, value_name = "NAME", requires = "date_column")]
    time_of_day_column: Option<String>,
    /// Column of the user: a whole number above zero, or what --user-kind says [default: recognised by its usual names,
    /// like `customer_id`]
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// Column of the user's e-mail address: finds the user when there is no number
    #[arg(long, value_name = "NAME")]
    email_column: Option<String>,
    /// Column of the user's telephone: finds the user when there is no number and no e-mail address
    #[arg(long, value_name = "NAME")]
    phone_column: Option<String>,
    /// Column of the number of the user's loyalty card
    #[arg(long, value_name = "NAME")]
    card_column: Option<String>,
    /// Column of the article number [default: recognised by its usual names, like `stock_code`]
    #[arg(long, value_name = "NAME")]
    sku_column: Option<String>,
    /// Column of the quantity [default: recognised by its usual names, like `quantity`; otherwise 1]
    #[arg(long, value_name = "NAME")]
    quantity_column: Option<String>,
    /// Column of the price of one piece [default: recognised by its usual names, like `unit_price`]
    #[arg(long, value_name = "NAME", conflicts_with = "amount_column")]
    unit_price_column: Option<String>,
    /// Column of the amount of the whole row, instead of a unit price
    #[arg(long, value_name = "NAME")]
    amount_column: Option<String>,
    /// Column of the total of the whole order, on one of its rows or on each of them
    #[arg(long, value_name = "NAME")]
    total_column: Option<String>,
    /// Column of the amount of an order that was refunded
    #[arg(long, value_name = "NAME")]
    refunded_column: Option<String>,
    /// Column of the order that a row gives something back from
    #[arg(long, value_name = "NAME")]
    original_column: Option<String>,
    /// Column of the state: pending and cancelled orders do not earn, refunded ones are refunded
    #[arg(long, value_name = "NAME")]
    status_column: Option<String>,
    /// Column that distinguishes returns from sales, by the words of a state
    #[arg(long, value_name = "NAME")]
    type_column: Option<String>,
    /// Column that is empty unless the order was cancelled
    #[arg(long, value_name = "NAME")]
    cancelled_column: Option<String>,
    /// Column of the currency: one other than the programme's is an error unless --price-factor converts it
    #[arg(long, value_name = "NAME")]
    currency_column: Option<String>,
    /// Column of the article's category
    #[arg(long, value_name = "NAME")]
    category_column: Option<String>,
    /// Column of the user's name, stored when the user is enrolled
    #[arg(long, value_name = "NAME")]
    name_column: Option<String>,
}

impl Names {
    fn of(&self, role: Role) -> Option<&str> {
        let name = match role {
            Role::Order => &self.order_column,
            Role::Time if self.date_column.is_some() => &self.date_column,
            Role::Time => &self.time_column,
            Role::TimeOfDay => &self.time_of_day_column,
            Role::User => &self.user_column,
            Role::Email => &self.email_column,
            Role::Phone => &self.phone_column,
            Role::Card => &self.card_column,
            Role::Sku => &self.sku_column,
            Role::Quantity => &self.quantity_column,
            Role::UnitPrice => &self.unit_price_column,
            Role::Amount => &self.amount_column,
            Role::Total => &self.total_column,
            Role::Refunded => &self.refunded_column,
            Role::Original => &self.original_column,
            Role::Status => &self.status_column,
            Role::Type => &self.type_column,
            Role::Cancelled => &self.cancelled_column,
            Role::Currency => &self.currency_column,
            Role::Category => &self.category_column,
            Role::Name => &self.name_column,
        };
        name.as_deref()
    }
}

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    place: usize,
    /// Its name in the header.
    pub(super) name: String,
    /// Whether an option named it; false when it was recognised by a usual name.
    pub(super) named: bool,
}

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Columns {
    found: Vec<(Role, Column)>,
    /// The header.
    pub(super) header: Vec<String>,
}

impl Columns {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// `invalid` listing all missing columns, the options that name them, and the columns that the file has.
    pub(super) fn find(names: &Names, header: &ByteRecord) -> Result<Self> {
        let header: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let mut columns = Self { found: Vec::new(), header };
        let mut lacks = Vec::new();
        for role in ROLES {
            let Some(name) = names.of(role) else { continue };
            match columns.place_of(role, name)? {
                Some(place) => columns.add(role, place, true),
                None => lacks.push((role, format!("`{name}` (--{})", columns.option(role, names)))),
            }
        }
        if lacks.is_empty() {
            columns.find_usual(names)?;
            lacks.extend(columns.needed().map(|(role, what)| (role, what.to_owned())));
        }
        match lacks.first() {
            None => Ok(columns),
            Some((role, _)) => {
                let field = columns.option(*role, names).replace('-', "_");
                let lacking: Vec<&str> = lacks.iter().map(|(_, what)| what.as_str()).collect();
                let header = columns.header.join(",");
                let expected = format!("the file has no column {}; its header is `{header}`", lacking.join(", nor "));
                Err(Error::invalid(&field, expected))
            }
        }
    }

    fn option(&self, role: Role, names: &Names) -> &'static str {
        if role == Role::Time && names.date_column.is_some() { "date-column" } else { role.option() }
    }

    /// Recognises the columns that no option named by their usual names, among those that have no use yet.
    fn find_usual(&mut self, names: &Names) -> Result<()> {
        let money_is_named = [Role::UnitPrice, Role::Amount, Role::Total].iter().any(|role| names.of(*role).is_some());
        for role in ROLES {
            let is_money = matches!(role, Role::UnitPrice | Role::Amount | Role::Total);
            // When one column for money is named, no other is guessed; a time that was named is the whole time.
            let settled = (is_money && money_is_named) || (role == Role::TimeOfDay && names.of(Role::Time).is_some());
            if self.has(role) || settled || (role == Role::Amount && self.has(Role::UnitPrice)) {
                continue;
            }
            for usual in role.usual() {
                let taken = |place: usize| self.found.iter().any(|(_, column)| column.place == place);
                let place = self.place_of(role, usual)?.filter(|place| !taken(*place));
                // In the exports of one shop system `Name` is the order; they have a column `Lineitem name` as well.
                let is_order =
                    usual != "name" || role != Role::Order || self.place_of(role, "lineitem name")?.is_some();
                if let Some(place) = place.filter(|_| is_order) {
                    self.add(role, place, false);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The columns that every import needs and that are missing.
    fn needed(&self) -> impl Iterator<Item = (Role, &'static str)> {
        let someone = [Role::User, Role::Email, Role::Phone, Role::Card].iter().any(|role| self.has(*role));
        let money = [Role::UnitPrice, Role::Amount, Role::Total].iter().any(|role| self.has(*role));
        let needed = [
            (self.has(Role::Order), Role::Order, "of the order's id (--order-column)"),
            (self.has(Role::Time), Role::Time, "of the time (--time-column, or --date-column)"),
            (someone, Role::User, "of the user (--user-column, --email-column, --phone-column or --card-column)"),
            (money, Role::UnitPrice, "of money (--unit-price-column, --amount-column or --total-column)"),
        ];
        needed.into_iter().filter(|(there, ..)| !there).map(|(_, role, what)| (role, what))
    }

    /// The position of a column, by its exact name or by one that differs only in case, accents or punctuation.
    fn place_of(&self, role: Role, name: &str) -> Result<Option<usize>> {
        let ways: [&dyn Fn(&str) -> bool; 2] = [&|known| known == name, &|known| folded(known) == folded(name)];
        for same in ways {
            let mut places = self.header.iter().enumerate().filter(|(_, known)| same(known)).map(|(place, _)| place);
            match (places.next(), places.next()) {
                (Some(_), Some(_)) => {
                    let expected = format!("the file has the column `{name}` more than once; rename all but one");
                    return Err(Error::invalid(&role.option().replace('-', "_"), expected));
                }
                (Some(place), None) => return Ok(Some(place)),
                _ => {}
            }
        }
        Ok(None)
    }

    fn add(&mut self, role: Role, place: usize, named: bool) {
        let name = self.header.get(place).cloned().unwrap_or_default();
        self.found.push((role, Column { place, name, named }));
    }

    /// When the users can be found otherwise, a column that was taken for users by its usual name holds their names.
    pub(super) fn users_are_names(&mut self) {
        let found_otherwise = [Role::Email, Role::Phone, Role::Card].iter().any(|role| self.has(*role));
        let has_names = self.has(Role::Name);
        let guessed = |role: Role, column: &Column| role == Role::User && !column.named;
        if !found_otherwise {
            return;
        }
        if has_names {
            self.found.retain(|(role, column)| !guessed(*role, column));
        }
        for (role, column) in &mut self.found {
            if guessed(*role, column) {
                *role = Role::Name;
            }
        }
    }

    /// The column for a role.
    pub(super) fn get(&self, role: Role) -> Option<&Column> {
        self.found.iter().find(|(known, _)| *known == role).map(|(_, column)| column)
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.get(role).is_some()
    }

    /// What a row has for a role; empty when the file has no such column.
    pub(super) fn text<'a>(&self, role: Role, row: &'a ByteRecord) -> &'a str {
        self.get(role).map_or("", |column| column.text(row))
    }

    /// An error about what a row has for a role.
    pub(super) fn wrong(&self, role: Role, expected: impl std::fmt::Display) -> Error {
        let name = self.get(role).map_or(role.option(), |column| column.name.as_str());
        Error::invalid(name, expected).with("column", name)
    }

    /// Each role with its column, in the order of the roles.
    pub(super) fn all(&self) -> impl Iterator<Item = (Role, &Column)> {
        ROLES.into_iter().filter_map(|role| Some((role, self.get(role)?)))
    }

    /// Columns that are not used.
    pub(super) fn unused(&self) -> Vec<&str> {
        let used = |place: usize| self.found.iter().any(|(_, column)| column.place == place);
        self.header.iter().enumerate().filter(|(place, _)| !used(*place)).map(|(_, name)| name.as_str()).collect()
    }
}

impl Column {
    /// The text of a row in this column, without surrounding blanks.
    pub(super) fn text<'a>(&self, row: &'a ByteRecord) -> &'a str {
        self.exact(row).trim()
    }

    /// The text of a row in this column, byte for byte.
    pub(super) fn exact<'a>(&self, row: &'a ByteRecord) -> &'a str {
        std::str::from_utf8(row.get(self.place).unwrap_or_default()).unwrap_or_default()
    }
}

/// The form in which words are compared: lower case, no accents, and one blank for everything that is no letter or
/// digit.
pub(super) fn folded(word: &str) -> String {
    let mut folded = String::new();
    let mut between = false;
    for sign in word.chars().flat_map(char::to_lowercase) {
        let plain = match sign {
            'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            // As in `Nº`; Unicode counts it as a letter.
            'º' | 'ª' => ' ',
            other => other,
        };
        if plain.is_alphanumeric() {
            if std::mem::take(&mut between) && !folded.is_empty() {
                folded.push(' ');
            }
            folded.push(plain);
        } else {
            between = true;
        }
    }
    folded
}
