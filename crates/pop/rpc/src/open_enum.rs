//! Enums that keep unknown values: their trait, and macros that implement it and others.

/// An enum, or a list of values of an enum.
pub trait OpenEnum {
    /// Returns the known values as they are on the wire.
    fn known() -> Vec<String>;

    /// Returns `true` if the value, or each of the list, is known.
    fn is_known(&self) -> bool;
}

impl<T: OpenEnum> OpenEnum for Vec<T> {
    fn known() -> Vec<String> {
        T::known()
    }

    fn is_known(&self) -> bool {
        self.iter().all(T::is_known)
    }
}

/// Implements reading and writing for a generated enum of text.
///
/// The enum must have `KNOWN`, `Unknown`, `as_str` and `From<&str>`.
#[doc(hidden)]
#[macro_export]
macro_rules! text_enum {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<String> for $type {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl Default for $type {
            /// Returns an unknown, empty value.
            fn default() -> Self {
                Self::Unknown(String::new())
            }
        }

        impl $crate::wire::Scalar for $type {
            const EXPECTED: &'static str = "text";

            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }

        impl $crate::Parameter for $type {
            fn write(&self, name: &str, sink: &mut dyn $crate::ParameterSink) {
                sink.parameter(name, self.as_str());
            }

            fn read(
                parameters: &$crate::Parameters,
                name: &str,
            ) -> Result<Option<Self>, $crate::parameter::ParameterError> {
                $crate::parameter::read_text(parameters, name, "text", |text| {
                    Some(Self::from(text))
                })
            }
        }

        impl $crate::private::serde::Serialize for $type {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::read_enum!($type);
    };
}

/// Implements reading and writing for a generated enum of integers.
///
/// The enum must have `KNOWN`, `Unknown`, `value` and `From<i64>`. Services accept 32-bit integers
/// only; clients read and send all of 64 bits.
#[doc(hidden)]
#[macro_export]
macro_rules! integer_enum {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.value(), f)
            }
        }

        impl From<i32> for $type {
            fn from(value: i32) -> Self {
                Self::from(i64::from(value))
            }
        }

        impl Default for $type {
            /// Returns the value 0.
            fn default() -> Self {
                Self::from(0_i64)
            }
        }

        impl $crate::wire::Scalar for $type {
            const EXPECTED: &'static str = <i64 as $crate::wire::Scalar>::EXPECTED;

            fn from_text(text: &str) -> Option<Self> {
                <i64 as $crate::wire::Scalar>::from_text(text).map(Self::from)
            }

            fn from_integer(integer: i64) -> Option<Self> {
                Some(Self::from(integer))
            }

            fn from_number(number: f64) -> Option<Self> {
                <i64 as $crate::wire::Scalar>::from_number(number).map(Self::from)
            }
        }

        impl $crate::Parameter for $type {
            fn write(&self, name: &str, sink: &mut dyn $crate::ParameterSink) {
                self.value().write(name, sink);
            }

            fn read(
                parameters: &$crate::Parameters,
                name: &str,
            ) -> Result<Option<Self>, $crate::parameter::ParameterError> {
                let value = <i32 as $crate::Parameter>::read(parameters, name)?;
                Ok(value.map(Self::from))
            }
        }

        impl $crate::private::serde::Serialize for $type {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.value())
            }
        }

        $crate::read_enum!($type);
    };
}

/// Implements what is the same for both kinds of enum.
#[doc(hidden)]
#[macro_export]
macro_rules! read_enum {
    ($type:ty) => {
        impl $crate::OpenEnum for $type {
            fn known() -> Vec<String> {
                Self::KNOWN.iter().map(Self::to_string).collect()
            }

            fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl $crate::wire::WireValue for $type {
            fn read<'de, D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Self>, D::Error> {
                $crate::wire::read_scalar(deserializer)
            }

            fn of_null() -> Option<Self> {
                Some(Self::default())
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }
    };
}
