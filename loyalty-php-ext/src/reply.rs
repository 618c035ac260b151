//! The engine's replies as PHP values, built straight from the reply structs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ArrayKey, ZendHashTable, ZendStr, Zval};
use loyalty_core::Error;
use serde::Serialize;
use serde::ser::{self, Impossible};

/// A value as PHP's own: objects and maps as arrays with their keys in order, lists as lists.
///
/// # Errors
/// `internal`, for a value that PHP cannot represent.
pub(crate) fn to_zval<T: Serialize + ?Sized>(value: &T) -> loyalty_core::Result<Zval> {
    value.serialize(ToZval).map_err(|error| Error::internal(error.0))
}

/// What went wrong while a reply was built.
#[derive(Debug)]
struct Failed(String);

impl Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl From<ext_php_rs::error::Error> for Failed {
    fn from(error: ext_php_rs::error::Error) -> Self {
        Self(error.to_string())
    }
}

type Made = Result<Zval, Failed>;

fn number(value: i64) -> Made {
    let mut zval = Zval::new();
    zval.set_long(value);
    Ok(zval)
}

fn null() -> Made {
    Ok(Zval::null())
}

thread_local! {
    /// The names of fields as texts of PHP's with their hashes, by address and length. They outlive requests, and stay:
    /// there are only as many as replies have fields.
    static NAMES: RefCell<BTreeMap<(usize, usize), &'static ZendStr>> = const { RefCell::new(BTreeMap::new()) };
}

/// The name of a field as a text of PHP's.
///
/// Nothing is borrowed when this returns: a memory limit that is hit afterwards jumps over what is borrowed.
fn known(name: &'static str) -> &'static ZendStr {
    NAMES.with_borrow_mut(|names| {
        let place = (name.as_ptr() as usize, name.len());
        *names.entry(place).or_insert_with(|| &**Box::leak(Box::new(ZendStr::new(name, true))))
    })
}

/// Makes one value.
struct ToZval;

/// Collects the elements of an array.
struct Elements {
    table: ZBox<ZendHashTable>,
    key: String,
}

impl Elements {
    fn with_room(length: Option<usize>) -> Self {
        let room = length.and_then(|length| u32::try_from(length).ok()).unwrap_or(8);
        Self { table: ZendHashTable::with_capacity(room), key: String::new() }
    }

    fn put<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Failed> {
        let value = value.serialize(ToZval)?;
        self.table.insert(key, value).map_err(Failed::from)
    }

    fn made(self) -> Made {
        let mut zval = Zval::new();
        zval.set_hashtable(self.table);
        Ok(zval)
    }
}

impl ser::Serializer for ToZval {
    type Ok = Zval;
    type Error = Failed;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Impossible<Zval, Failed>;
    type SerializeTupleVariant = Impossible<Zval, Failed>;
    type SerializeMap = Elements;
    type SerializeStruct = Elements;
    type SerializeStructVariant = Impossible<Zval, Failed>;

    fn serialize_bool(self, value: bool) -> Made {
        let mut zval = Zval::new();
        zval.set_bool(value);
        Ok(zval)
    }
    fn serialize_i8(self, value: i8) -> Made {
        number(value.into())
    }
    fn serialize_i16(self, value: i16) -> Made {
        number(value.into())
    }
    fn serialize_i32(self, value: i32) -> Made {
        number(value.into())
    }
    fn serialize_i64(self, value: i64) -> Made {
        number(value)
    }
    fn serialize_u8(self, value: u8) -> Made {
        number(value.into())
    }
    fn serialize_u16(self, value: u16) -> Made {
        number(value.into())
    }
    fn serialize_u32(self, value: u32) -> Made {
        number(value.into())
    }
    fn serialize_u64(self, value: u64) -> Made {
        number(i64::try_from(value).map_err(|_| Failed("a number is out of range".to_owned()))?)
    }
    fn serialize_f32(self, value: f32) -> Made {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Made {
        let mut zval = Zval::new();
        zval.set_double(value);
        Ok(zval)
    }
    fn serialize_char(self, value: char) -> Made {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Made {
        let mut zval = Zval::new();
        zval.set_string(value, false)?;
        Ok(zval)
    }
    fn serialize_bytes(self, _: &[u8]) -> Made {
        Err(Failed("replies hold no bytes".to_owned()))
    }
    fn serialize_none(self) -> Made {
        null()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Made {
        null()
    }
    fn serialize_unit_struct(self, _: &'static str) -> Made {
        null()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Made {
        Err(Failed("replies hold no variants with values".to_owned()))
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Elements, Failed> {
        Ok(Elements::with_room(length))
    }
    fn serialize_tuple(self, length: usize) -> Result<Elements, Failed> {
        Ok(Elements::with_room(Some(length)))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Failed> {
        Err(Failed("replies hold no tuple structs".to_owned()))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failed> {
        Err(Failed("replies hold no variants with values".to_owned()))
    }
    fn serialize_map(self, length: Option<usize>) -> Result<Elements, Failed> {
        Ok(Elements::with_room(length))
    }
    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Elements, Failed> {
        Ok(Elements::with_room(Some(length)))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failed> {
        Err(Failed("replies hold no variants with values".to_owned()))
    }
}

impl ser::SerializeSeq for Elements {
    type Ok = Zval;
    type Error = Failed;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.table.push(value.serialize(ToZval)?).map_err(Failed::from)
    }
    fn end(self) -> Made {
        self.made()
    }
}

impl ser::SerializeTuple for Elements {
    type Ok = Zval;
    type Error = Failed;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        ser::SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Made {
        self.made()
    }
}

impl ser::SerializeMap for Elements {
    type Ok = Zval;
    type Error = Failed;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        let key = key.serialize(ToZval)?;
        self.key = key.string().ok_or_else(|| Failed("a key of a reply is no text".to_owned()))?;
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let key = std::mem::take(&mut self.key);
        self.put(&key, value)
    }
    fn end(self) -> Made {
        self.made()
    }
}

impl ser::SerializeStruct for Elements {
    type Ok = Zval;
    type Error = Failed;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failed> {
        let value = value.serialize(ToZval)?;
        self.table.insert(ArrayKey::ZendString(known(key)), value).map_err(Failed::from)
    }
    fn end(self) -> Made {
        self.made()
    }
}
