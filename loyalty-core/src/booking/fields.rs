//! The fields of a request, each as JSON, without a tree of values in between: every purchase has its digests taken.

use std::borrow::Cow;

use serde::ser::{Error as _, Impossible, SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

/// A field of a request.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: Cow<'static, str>,
    /// Its value as JSON.
    pub(crate) json: Vec<u8>,
}

impl Field {
    /// An omitted argument equals its empty default.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.json.as_slice(), b"null" | b"[]")
    }
}

/// The fields of a request, in the order of the contract.
///
/// # Errors
/// When it is no object.
pub(crate) fn fields(request: &impl Serialize) -> serde_json::Result<Vec<Field>> {
    request.serialize(Fields { found: Vec::new(), name: None })
}

struct Fields {
    found: Vec<Field>,
    /// The key of a map, until its value comes.
    name: Option<String>,
}

impl Fields {
    fn add<T: Serialize + ?Sized>(&mut self, name: Cow<'static, str>, value: &T) -> serde_json::Result<()> {
        let json = serde_json::to_vec(value)?;
        self.found.push(Field { name, json });
        Ok(())
    }
}

impl SerializeStruct for Fields {
    type Ok = Vec<Field>;
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> serde_json::Result<()> {
        self.add(Cow::Borrowed(name), value)
    }

    fn end(self) -> serde_json::Result<Vec<Field>> {
        Ok(self.found)
    }
}

impl SerializeMap for Fields {
    type Ok = Vec<Field>;
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> serde_json::Result<()> {
        let name = serde_json::to_value(name)?;
        self.name = name.as_str().map(str::to_owned);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> serde_json::Result<()> {
        let name = self.name.take().unwrap_or_default();
        self.add(Cow::Owned(name), value)
    }

    fn end(self) -> serde_json::Result<Vec<Field>> {
        Ok(self.found)
    }
}

type No = Impossible<Vec<Field>, serde_json::Error>;

fn no_object<T>() -> serde_json::Result<T> {
    Err(serde_json::Error::custom("a request is not an object"))
}

/// What is no object has no fields.
macro_rules! refused {
    ($($method:ident: $value:ty),*) => {
        $(fn $method(self, _: $value) -> serde_json::Result<Vec<Field>> {
            no_object()
        })*
    };
}

impl Serializer for Fields {
    type Ok = Vec<Field>;
    type Error = serde_json::Error;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = No;

    refused!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str
    );

    fn serialize_none(self) -> serde_json::Result<Vec<Field>> {
        no_object()
    }

    fn serialize_unit(self) -> serde_json::Result<Vec<Field>> {
        no_object()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> serde_json::Result<Vec<Field>> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> serde_json::Result<Vec<Field>> {
        no_object()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> serde_json::Result<Vec<Field>> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> serde_json::Result<Vec<Field>> {
        no_object()
    }

    fn serialize_seq(self, _: Option<usize>) -> serde_json::Result<No> {
        no_object()
    }

    fn serialize_tuple(self, _: usize) -> serde_json::Result<No> {
        no_object()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> serde_json::Result<No> {
        no_object()
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> serde_json::Result<No> {
        no_object()
    }

    fn serialize_map(mut self, length: Option<usize>) -> serde_json::Result<Self> {
        self.found.reserve(length.unwrap_or(0));
        Ok(self)
    }

    fn serialize_struct(mut self, _: &'static str, length: usize) -> serde_json::Result<Self> {
        // And the moment of the call.
        self.found.reserve(length + 1);
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> serde_json::Result<No> {
        no_object()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Inner {
        b: Option<i64>,
    }

    #[derive(Serialize)]
    struct Outer {
        a: &'static str,
        #[serde(flatten)]
        inner: Inner,
        list: Vec<i64>,
    }

    #[test]
    fn the_fields_are_those_of_the_json_also_of_what_is_flattened() {
        let outer = Outer { a: "x", inner: Inner { b: None }, list: vec![] };
        let found = fields(&outer).unwrap();
        let shown: Vec<(&str, &[u8], bool)> =
            found.iter().map(|field| (&*field.name, field.json.as_slice(), field.is_absent())).collect();
        assert_eq!(shown, [("a", &b"\"x\""[..], false), ("b", b"null", true), ("list", b"[]", true)]);
        assert!(fields(&7).is_err() && fields(&[1]).is_err());
        for operation in [serde_json::json!({"user_id": 7, "amount": "1.5", "items": [{"sku": "é\""}]})] {
            for field in fields(&operation).unwrap() {
                assert_eq!(field.json, operation[&*field.name].to_string().as_bytes());
            }
        }
    }
}
