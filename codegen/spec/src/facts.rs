//! Facts that follow from those in a spec.

use crate::spec::{
    Action, DispatchErrors, Enum, ErrorCode, Field, HttpMethod, Language, ListStyle, Position,
    Signature, Spec, Struct, Text, Type,
};
use pop_rpc::parameter::list_key;
use pop_rpc::signature::PROTOCOL_PARAMETERS;

impl Text {
    /// Returns the text for comments in code: English, or Chinese if the English is blank.
    pub fn for_code(&self) -> &str {
        match self.en.trim() {
            "" => &self.zh,
            _ => &self.en,
        }
    }
}

impl Field {
    /// Returns the key under which a parameter is sent, as a whole or before the keys of its parts.
    pub fn key(&self) -> &str {
        match (&self.type_, self.style) {
            (Type::List { .. }, None | Some(ListStyle::Repeat)) => list_key(&self.name),
            _ => &self.name,
        }
    }
}

impl DispatchErrors {
    /// Returns all keys with their codes.
    pub fn entries(&self) -> [(&'static str, Option<&str>); 19] {
        [
            ("unknown_action", Some(&self.unknown_action)),
            ("missing", Some(&self.missing)),
            ("malformed", Some(&self.malformed)),
            ("out_of_range", Some(&self.out_of_range)),
            ("format", Some(&self.format)),
            ("internal", Some(&self.internal)),
            ("version", Some(&self.version)),
            ("method", Some(&self.method)),
            ("access_key", Some(&self.access_key)),
            ("security_token", Some(&self.security_token)),
            ("timestamp", Some(&self.timestamp)),
            ("expired", Some(&self.expired)),
            ("nonce", Some(&self.nonce)),
            ("signature_method", Some(&self.signature_method)),
            ("signature", Some(&self.signature)),
            ("unsigned", Some(&self.unsigned)),
            ("throttled", Some(&self.throttled)),
            ("unavailable", Some(&self.unavailable)),
            ("unknown_region", self.unknown_region.as_deref()),
        ]
    }

    /// Returns `true` if the code of a key may contain the name of a parameter.
    pub fn may_name_parameter(key: &str) -> bool {
        ["missing", "malformed", "out_of_range"].contains(&key)
    }
}

impl Spec {
    /// Returns the enum with this name.
    pub fn enum_named(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|e| e.name == name)
    }

    /// Returns the struct with this name.
    pub fn struct_named(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|s| s.name == name)
    }

    /// Returns the members of the response of an action, the common ones first.
    pub fn response<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = &'s Field> + Clone {
        let common = match action.bare {
            true => &[],
            false => &self.common_response[..],
        };
        common.iter().chain(&action.response)
    }

    /// Returns the members of a struct; other types have none.
    pub fn members(&self, type_: &Type) -> &[Field] {
        match type_ {
            Type::Name(name) => self.struct_named(name).map_or(&[], |s| &s.members),
            _ => &[],
        }
    }
}

impl Action {
    /// Returns the HTTP status with which this action answers an error.
    pub fn status(&self, error: &ErrorCode) -> u16 {
        self.statuses
            .get(&error.code)
            .copied()
            .unwrap_or(error.status)
    }

    /// Returns the HTTP methods that the action accepts.
    pub fn methods(&self) -> &[HttpMethod] {
        match self.methods.as_slice() {
            [] => &HttpMethod::DEFAULT,
            methods => methods,
        }
    }

    /// Returns `true` if a parameter of the action travels in a form body.
    pub fn has_form(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|field| field.position == Position::Form)
    }

    /// Returns the HTTP method with which clients call the action unless they prefer another one.
    pub fn usual_method(&self) -> HttpMethod {
        use HttpMethod::{Delete, Get, Post, Put};
        let methods = self.methods();
        let mut usual = [Post, Get, Put].into_iter();
        usual
            .find(|method| methods.contains(method))
            .unwrap_or(Delete)
    }
}

impl Signature {
    /// Returns `true` if headers carry what the parameter of this name carries under the other
    /// signature, so that an action may have a parameter of its own with this name.
    pub fn frees(self, name: &str) -> bool {
        self == Self::Acs3 && PROTOCOL_PARAMETERS.contains(&name)
    }

    /// Returns `true` if every request carries a parameter of this name, which actions must not
    /// have.
    pub fn takes(self, name: &str) -> bool {
        self == Self::Rpc && PROTOCOL_PARAMETERS.contains(&name)
    }
}

impl HttpMethod {
    /// Methods that an action accepts if it does not state any.
    pub const DEFAULT: [Self; 2] = [Self::Get, Self::Post];

    /// Returns the method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Language {
    /// Returns the key of the language in texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Returns a text in this language.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::Zh => &text.zh,
            Self::En => &text.en,
        }
    }
}
