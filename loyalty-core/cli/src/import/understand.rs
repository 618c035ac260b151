//! How a file is understood: from the options that were given, and from what its rows show.

use encoding_rs::Encoding;
use loyalty_core::value::Decimal;
use loyalty_core::{Engine, Error, Result};

use super::ImportSales;
use super::columns::Columns;
use super::numbers::{DecimalSign, Numbers};
use super::people::UserKind;
use super::price::Prices;
use super::roles::Role;
use super::row::{Reading, unknown_word};
use super::rows::{Form, Rows, form_of};
use super::status::Words;
use super::survey::Survey;
use super::times::{DateOrder, Times};

/// A file as it is understood.
pub(super) struct Understood {
    pub(super) form: Form,
    pub(super) reading: Reading,
    pub(super) survey: Survey,
    pub(super) decimal_sign: DecimalSign,
    pub(super) date_order: DateOrder,
    /// Options that are needed to decide, and why.
    pub(super) unclear: Vec<(&'static str, String)>,
}

impl ImportSales {
    /// Reads the file once, to understand it.
    ///
    /// # Errors
    /// `invalid` for a bad option, a file that cannot be read, or missing columns.
    pub(super) fn understood(&self, engine: &Engine) -> Result<Understood> {
        let programme = engine.programme();
        let factor = self.factor()?;
        let words = Words::new(&self.status_word)?;
        let form = form_of(&self.file, self.encoding()?, self.delimiter()?)?;
        let mut rows = Rows::open(&self.file, form)?;
        let mut columns = Columns::find(&self.names, &rows.record)?;
        let survey = Survey::of(&mut rows, &columns)?;
        if self.user_kind.is_none() && survey.users.kind().is_err() {
            columns.users_are_names();
        }
        let mut unclear = Vec::new();
        let decimal_sign = self.decimal_sign.unwrap_or_else(|| {
            clear(&mut unclear, "decimal_sign", survey.amounts.sign()).unwrap_or(DecimalSign::Point)
        });
        let date_order = match (self.date_order, &self.time_format) {
            (Some(order), _) => order,
            (None, Some(_)) => DateOrder::Day,
            (None, None) => clear(&mut unclear, "date_order", survey.dates.order()).unwrap_or(DateOrder::Day),
        };
        let users = match self.user_kind {
            Some(kind) => kind,
            None if columns.has(Role::User) => {
                clear(&mut unclear, "user_kind", survey.users.kind()).unwrap_or(UserKind::Number)
            }
            None => UserKind::Number,
        };
        for word in survey.words.keys().filter(|word| words.meaning(word).is_none()) {
            unclear.push(("status_word", unknown_word(word)));
        }
        let numbers = Numbers {
            decimal_sign,
            currency: factor.is_none().then_some(programme.currency),
            sign_is_named: self.decimal_sign.is_some(),
        };
        let reading = Reading {
            columns,
            numbers,
            prices: Prices { factor, currency: programme.currency },
            times: Times::new(programme.zone, self.time_format.clone(), date_order)?,
            users,
            words,
            order_prefix: self.order_prefix.clone(),
        };
        Ok(Understood { form, reading, survey, decimal_sign, date_order, unclear })
    }

    fn factor(&self) -> Result<Option<Decimal>> {
        let expected = "must be a decimal number like `1250.50`, not negative";
        let read = |text: &String| text.parse::<Decimal>().ok().filter(|factor| !factor.is_negative());
        let factor =
            self.price_factor.as_ref().map(|text| read(text).ok_or_else(|| Error::invalid("price_factor", expected)));
        factor.transpose()
    }

    fn encoding(&self) -> Result<Option<&'static Encoding>> {
        let Some(name) = &self.encoding else { return Ok(None) };
        let found = Encoding::for_label(name.as_bytes());
        let wrong =
            || Error::invalid("encoding", format_args!("must be a name like `utf-8` or `windows-1252`, got `{name}`"));
        found.ok_or_else(wrong).map(Some)
    }

    fn delimiter(&self) -> Result<Option<u8>> {
        match self.delimiter.as_deref().map(str::as_bytes) {
            None => Ok(None),
            Some(b"tab" | b"\\t") => Ok(Some(b'\t')),
            Some([one]) => Ok(Some(*one)),
            Some(_) => Err(Error::invalid("delimiter", "must be one character, or `tab`")),
        }
    }
}

/// What was worked out, or a note of what is unclear.
fn clear<T>(
    unclear: &mut Vec<(&'static str, String)>,
    option: &'static str,
    found: std::result::Result<T, String>,
) -> Option<T> {
    found.map_err(|why| unclear.push((option, why))).ok()
}
