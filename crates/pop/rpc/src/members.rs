//! Reading and writing of generated structs, member by member.
//!
//! The macro `wire_struct` implements this for a struct. The derives of serde would do the same, but
//! they make three types for each member, which takes the compiler almost four times as long.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::wire::{self, Item, ItemName, WireValue, Wrapped};

/// A struct that is read member by member.
pub trait Members: Sized {
    /// Name of the struct in errors.
    const NAME: &'static str;
    /// Names of its members on the wire.
    const NAMES: &'static [&'static str];

    /// Reads the struct from its members.
    ///
    /// # Errors
    ///
    /// A member has no value of its type, comes twice, or is needed but absent.
    fn read<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Self, A::Error>;
}

/// Reads a struct.
///
/// # Errors
///
/// The content is not such a struct.
pub fn read_struct<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::NAMES, StructVisitor(PhantomData))
}

struct StructVisitor<T>(PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for StructVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        T::read(&mut members)
    }

    /// Reads an empty list: some services write an object without members as `[]`.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        match items.next_element::<IgnoredAny>()? {
            None => {
                let members = std::iter::empty::<(&str, &str)>();
                T::read(&mut MapDeserializer::new(members))
            }
            Some(_) => Err(de::Error::invalid_type(de::Unexpected::Seq, &self)),
        }
    }
}

/// Name of a member.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor).map(Self)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Returns the name of the next member.
///
/// # Errors
///
/// Any error of the format.
pub fn next_name<'de, A: MapAccess<'de>>(
    members: &mut A,
) -> Result<Option<Cow<'de, str>>, A::Error> {
    let name = members.next_key()?;
    Ok(name.map(|Name(name)| name))
}

/// Passes over a member that the struct does not have.
///
/// # Errors
///
/// Any error of the format.
pub fn ignore<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(|_| ())
}

/// Reads a member leniently.
///
/// # Errors
///
/// The member has no value of its type, or comes twice.
pub fn read<'de, A: MapAccess<'de>, T: WireValue>(
    members: &mut A,
    name: &'static str,
    value: &mut Option<T>,
) -> Result<(), A::Error> {
    once(members, name, value, |Item(read)| read)
}

/// A value that must be there.
struct Needed<T>(T);

impl<'de, T: WireValue> Deserialize<'de> for Needed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::required(deserializer).map(Self)
    }
}

/// Reads a member that must have a value.
///
/// # Errors
///
/// The member has no value of its type, or comes twice.
pub fn read_needed<'de, A: MapAccess<'de>, T: WireValue>(
    members: &mut A,
    name: &'static str,
    value: &mut Option<T>,
) -> Result<(), A::Error> {
    once(members, name, value, |Needed(read)| read)
}

/// A list inside an object.
struct WrappedList<N, T>(Vec<T>, PhantomData<N>);

impl<'de, N: ItemName, T: WireValue> Deserialize<'de> for WrappedList<N, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Wrapped::<N>::deserialize(deserializer)?;
        Ok(Self(list, PhantomData))
    }
}

/// Reads a member that is a list inside an object.
///
/// # Errors
///
/// The member is not such a list, or comes twice.
pub fn read_wrapped<'de, N: ItemName, A: MapAccess<'de>, T: WireValue>(
    members: &mut A,
    name: &'static str,
    value: &mut Option<Vec<T>>,
) -> Result<(), A::Error> {
    once(members, name, value, |WrappedList::<N, T>(list, _)| list)
}

/// Reads a member that must not come twice.
fn once<'de, A: MapAccess<'de>, R: Deserialize<'de>, T>(
    members: &mut A,
    name: &'static str,
    value: &mut Option<T>,
    unwrap: fn(R) -> T,
) -> Result<(), A::Error> {
    if value.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    *value = Some(unwrap(members.next_value()?));
    Ok(())
}

/// Returns the value of a member that must be there.
///
/// # Errors
///
/// The member is absent.
pub fn needed<T, E: de::Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}

/// Writes a struct, and keeps the first error.
pub struct StructWriter<S: SerializeStruct>(Result<S, S::Error>);

impl<S: SerializeStruct> StructWriter<S> {
    /// Begins a struct of this many members.
    pub fn new(
        serializer: impl Serializer<SerializeStruct = S, Error = S::Error>,
        name: &'static str,
        members: usize,
    ) -> Self {
        Self(serializer.serialize_struct(name, members))
    }

    /// Writes a member.
    pub fn always(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.write(|out| out.serialize_field(name, value));
    }

    /// Writes a member unless it is absent.
    pub fn optional(&mut self, name: &'static str, value: &(impl Serialize + WireValue)) {
        if value.is_absent() {
            self.write(|out| out.skip_field(name));
        } else {
            self.always(name, value);
        }
    }

    /// Writes a list inside an object.
    pub fn wrapped<N: ItemName>(&mut self, name: &'static str, list: &[impl Serialize]) {
        self.always(name, &WrappedSlice::<N, _>(list, PhantomData));
    }

    /// Writes a list inside an object unless it is empty.
    pub fn optional_wrapped<N: ItemName>(&mut self, name: &'static str, list: &[impl Serialize]) {
        if list.is_empty() {
            self.write(|out| out.skip_field(name));
        } else {
            self.wrapped::<N>(name, list);
        }
    }

    fn write(&mut self, write: impl FnOnce(&mut S) -> Result<(), S::Error>) {
        if let Ok(out) = &mut self.0
            && let Err(error) = write(out)
        {
            self.0 = Err(error);
        }
    }

    /// Ends the struct.
    ///
    /// # Errors
    ///
    /// The first error of the format.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.0?.end()
    }
}

/// A list that is written inside an object.
struct WrappedSlice<'a, N, T>(&'a [T], PhantomData<N>);

impl<N: ItemName, T: Serialize> Serialize for WrappedSlice<'_, N, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wrapped::<N>::serialize(self.0, serializer)
    }
}

/// Implements reading and writing for a generated struct.
///
/// Each entry gives the names of a member on the wire, of which the first is written, then its mode and its field.
/// A `needed` member must be there; an `always` member is written even if it is empty; an
/// `optional` one is not. The type after a mode names the items of a list inside an object.
#[doc(hidden)]
#[macro_export]
macro_rules! wire_struct {
    ($struct:ident, $($name:literal $(| $alias:literal)* => $mode:ident $(($item:ty))? $field:ident,)*) => {
        #[allow(deprecated)]
        impl $crate::members::Members for $struct {
            const NAME: &'static str = stringify!($struct);
            const NAMES: &'static [&'static str] = &[$($name),*];

            fn read<'de, A: $crate::private::serde::de::MapAccess<'de>>(
                members: &mut A,
            ) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                while let Some(name) = $crate::members::next_name(members)? {
                    match &*name {
                        $($name $(| $alias)* => {
                            $crate::wire_struct!(@read $mode members $name $field $($item)?)
                        })*
                        _ => $crate::members::ignore(members),
                    }?;
                }
                Ok(Self {
                    $($field: $crate::wire_struct!(@end $mode $name $field),)*
                })
            }
        }

        #[allow(deprecated)]
        impl<'de> $crate::private::serde::Deserialize<'de> for $struct {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::members::read_struct(deserializer)
            }
        }

        #[allow(deprecated)]
        impl $crate::private::serde::Serialize for $struct {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut out = $crate::members::StructWriter::new(
                    serializer,
                    <Self as $crate::members::Members>::NAME,
                    <Self as $crate::members::Members>::NAMES.len(),
                );
                $($crate::wire_struct!(@write $mode out $name self.$field $($item)?);)*
                out.end()
            }
        }

        #[allow(deprecated)]
        impl $crate::wire::WireStruct for $struct {}
    };
    (@read needed $members:ident $name:literal $field:ident) => {
        $crate::members::read_needed($members, $name, &mut $field)
    };
    (@read $mode:ident $members:ident $name:literal $field:ident) => {
        $crate::members::read($members, $name, &mut $field)
    };
    (@read $mode:ident $members:ident $name:literal $field:ident $item:ty) => {
        $crate::members::read_wrapped::<$item, _, _>($members, $name, &mut $field)
    };
    (@end needed $name:literal $field:ident) => {
        $crate::members::needed($field, $name)?
    };
    (@end $mode:ident $name:literal $field:ident) => {
        $field.unwrap_or_default()
    };
    (@write optional $out:ident $name:literal $self:ident.$field:ident) => {
        $out.optional($name, &$self.$field)
    };
    (@write optional $out:ident $name:literal $self:ident.$field:ident $item:ty) => {
        $out.optional_wrapped::<$item>($name, &$self.$field)
    };
    (@write $mode:ident $out:ident $name:literal $self:ident.$field:ident) => {
        $out.always($name, &$self.$field)
    };
    (@write $mode:ident $out:ident $name:literal $self:ident.$field:ident $item:ty) => {
        $out.wrapped::<$item>($name, &$self.$field)
    };
}

/// Implements reading and writing for a generated struct that is written as its only field. The
/// type after the field names the items of a list inside an object.
#[doc(hidden)]
#[macro_export]
macro_rules! wire_transparent {
    ($struct:ident, $field:ident) => {
        $crate::wire_transparent!(@ $struct $field [$crate::wire]);
    };
    ($struct:ident, $field:ident, $item:ty) => {
        $crate::wire_transparent!(@ $struct $field [$crate::wire::Wrapped::<$item>]);
    };
    (@ $struct:ident $field:ident [$($with:tt)*]) => {
        #[allow(deprecated)]
        impl<'de> $crate::private::serde::Deserialize<'de> for $struct {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let $field = $($with)*::deserialize(deserializer)?;
                Ok(Self { $field })
            }
        }

        #[allow(deprecated)]
        impl $crate::private::serde::Serialize for $struct {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $($with)*::serialize(&self.$field, serializer)
            }
        }
    };
}
