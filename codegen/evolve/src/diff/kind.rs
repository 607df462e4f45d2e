//! The policy: what each kind of change means to whom.

use serde::{Deserialize, Serialize};

/// What a change means to one audience, the least first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing: it does not reach this audience.
    None,
    /// What was written goes on as before; what one reads, or a value that generated code holds,
    /// is another.
    Documentation,
    /// What was written goes on as before, and more is possible.
    Additive,
    /// Something has to be edited, or the two sides do not understand each other.
    Breaking,
}

impl Class {
    /// The class in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// What a kind means to each audience.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Programs that use client and models.
    pub callers: Class,
    /// Programs that implement the service trait.
    pub implementers: Class,
    /// Peers of the other version, where the fact stands in a request.
    pub request: Class,
    /// Peers of the other version, where it stands in a response.
    pub response: Class,
}

/// The letters of the table below.
const fn class(letter: char) -> Class {
    match letter {
        'B' => Class::Breaking,
        'A' => Class::Additive,
        'D' => Class::Documentation,
        _ => Class::None,
    }
}

macro_rules! kinds {
    ($($name:ident $callers:tt $implementers:tt $request:tt $response:tt $docs:literal)*) => {
        /// A kind of change.
        ///
        /// Each says in this order what it means to callers, to implementers, in a request, and in
        /// a response: breaking, additive, documentation, or – for nothing.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ChangeKind {
            $(
                #[doc = $docs]
                #[doc = ""]
                #[doc = concat!(
                    "`", stringify!($callers), " ", stringify!($implementers), " ",
                    stringify!($request), " ", stringify!($response), "`"
                )]
                $name,
            )*
        }

        impl ChangeKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What the kind means to each audience.
            pub const fn policy(self) -> Policy {
                match self {
                    $(Self::$name => Policy {
                        callers: class($callers),
                        implementers: class($implementers),
                        request: class($request),
                        response: class($response),
                    },)*
                }
            }

            /// What it is, as a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $docs.trim_ascii(),)*
                }
            }
        }
    };
}

// Callers and implementers follow from the templates. All structs and enums are `#[non_exhaustive]`
// and structs have a `Default`, so what is added breaks nobody; trait methods have default bodies; a
// required parameter is an argument, an optional one a method of `Call`; fields are public.
//
// The wire breaks if a client of one version and a service of the other no longer understand what
// both versions know. The generated reader is lenient, but a client need not be a generated one: a
// member that may be absent where it was always there is breaking, and so is any that is gone.
// Whoever uses something new needs a peer that knows it; that alone is additive.
#[rustfmt::skip] // A table: one line a kind.
kinds! {
    // Of any item.
    TextChanged              'D' 'D' '-' '-' "A text for readers is another."
    Reordered                'D' 'D' '-' '-' "Items stand in another order, which only readers see."
    Rewritten                '-' '-' '-' '-' "The spec says the same in other words."
    RenamedInCode            'B' 'B' '-' '-' "The name in Rust is another, the wire is as it was."
    Respelled                'D' 'D' 'B' 'B' "The name on the wire is another, code is as it was."
    RespelledWithAlias       'D' 'D' 'A' 'A' "The name on the wire is another, and both versions read both."
    Deprecated               'A' 'A' '-' '-' "It is deprecated, so the compiler warns who uses it."
    DeprecationLifted        'D' 'D' '-' '-' "It is deprecated no longer."
    // Of the whole.
    ProductChanged           'D' 'D' '-' '-' "The product code is another; no request carries it."
    VersionChanged           'D' 'D' 'B' 'B' "Requests name another version of the API, which a gateway of the old one refuses."
    PackageRenamed           'B' 'B' '-' '-' "The crates have another name."
    SignatureChanged         'D' 'D' 'B' 'B' "Requests are signed in another way, which a gateway of the old one refuses."
    NamingChanged            '-' '-' '-' '-' "Rules for names in Rust changed; each name that follows is listed."
    LanguagesChanged         'D' 'D' '-' '-' "The reference is in other languages."
    EditorSchemaChanged      '-' '-' '-' '-' "Editors find the schema elsewhere."
    DispatchErrorChanged     'D' 'D' 'B' 'B' "A request that reaches no action is answered with another code."
    ReleaseChanged           'D' 'D' '-' '-' "The history of releases is another."
    CategoryChanged          'D' 'D' '-' '-' "Chapters of the reference, or what stands in them, are others."
    ErratumChanged           'D' 'D' '-' '-' "An erratum is another."
    // Of regions.
    RegionAdded              'A' 'A' 'A' 'A' "A region can be called."
    RegionRemoved            'B' 'D' 'B' 'B' "A client of the region is not built, at run time, and requests that name it are refused."
    HostChanged              'D' 'D' 'B' 'B' "Clients that were built before call the old host."
    PrivateHostAdded         'A' 'D' 'A' 'A' "The region can be called from inside a private cloud."
    PrivateHostRemoved       'D' 'D' 'B' 'B' "The region cannot be called from inside a private cloud."
    // Of error codes.
    ErrorAdded               'A' 'A' 'A' 'A' "There is one more code; those who do not know it keep it as it came."
    ErrorSingledOut          'B' 'A' 'A' 'A' "There is one more code, for which one that varies stood: it is read as its own variant."
    ErrorRemoved             'B' 'B' 'D' 'D' "The variant is gone; a code that comes all the same is kept as it came."
    ErrorPlaceholderChanged  'B' 'B' 'B' 'B' "The code varies or does not, so its variant holds the part or does not."
    PlaceholderRenamed       'D' 'D' '-' '-' "What stands in the braces of a code has another name."
    StatusChanged            'D' 'D' 'B' 'B' "The code comes with another HTTP status."
    MessageChanged           'D' 'D' 'D' 'D' "The code comes with another message, which is for people."
    RetryChanged             'D' 'D' '-' '-' "Clients repeat a failed request where they did not, or do not where they did."
    OriginChanged            'D' 'D' 'D' 'D' "The gateway answers it instead of the service, or the other way."
    // Of types.
    TypeAdded                'A' 'A' '-' '-' "There is one more type; the fields that use it are listed."
    TypeRemoved              'B' 'B' '-' '-' "The type is gone; the fields that used it are listed."
    BaseChanged              'B' 'B' 'B' 'B' "The values are text instead of integers, or the other way."
    ValueAdded               'A' 'A' 'A' 'A' "There is one more value; those who do not know it keep it as it came."
    ValueRemoved             'B' 'B' 'B' 'D' "The variant is gone; a request with the value is refused, a response is read."
    // Of fields.
    ParameterAdded           'A' 'A' 'A' '-' "A method of the call sets it; an old service does not look at it."
    RequiredParameterAdded   'B' 'A' 'B' '-' "The method takes one more argument; a request without it is refused."
    ParameterRemoved         'B' 'B' 'B' '-' "Its argument or method is gone, and its field; what old clients ask with it is not looked at."
    ParameterNowRequired     'B' 'B' 'B' '-' "It is an argument now, its field no `Option`; a request without it is refused."
    ParameterNowOptional     'B' 'B' 'A' '-' "It is no argument any more, its field an `Option`."
    ListNowRequired          'B' 'D' 'B' '-' "It is an argument now, its field the collection it was; a request without it is refused."
    ListNowOptional          'B' 'D' 'A' '-' "It is no argument any more, its field the collection it was."
    MemberAdded              'A' 'A' 'A' 'A' "There is one more member; nobody can list all fields of a struct."
    RequiredMemberAdded      'A' 'A' 'B' 'A' "There is one more member; implementers set it, or its default is sent."
    MemberRemoved            'B' 'B' 'B' 'B' "The field is gone; whoever reads it misses it."
    MemberNowRequired        'B' 'B' 'B' 'A' "Its field is no `Option`."
    MemberNowOptional        'B' 'B' 'A' 'B' "Its field is an `Option`; who relies on it misses it."
    ListMemberNowRequired    'D' 'D' 'B' 'A' "Its field is the collection it was."
    ListMemberNowOptional    'D' 'D' 'A' 'B' "Its field is the collection it was; who relies on it misses it."
    Retyped                  'B' 'B' 'B' 'B' "It has another type in Rust, and another form on the wire."
    Widened                  'B' 'B' 'A' 'B' "It has a wider type: old clients cannot read all that it holds."
    EnumOpened               'B' 'B' 'A' '-' "It is the plain text or number that its enum stood for."
    EnumClosed               'B' 'B' 'B' '-' "It is an enum; a request with a value that it does not know is refused."
    RetypedInCode            'B' 'B' '-' '-' "It has another type in Rust and the same form on the wire."
    PrecisionChanged         'D' 'D' 'D' 'D' "It is called a float or a double; code reads both alike."
    ItemRenamed              'D' 'D' '-' 'B' "The items of the list are wrapped by another name on the wire."
    StyleChanged             'D' 'D' 'B' 'B' "The list travels in another form."
    AliasAdded               'D' 'D' 'A' 'A' "One more spelling is read."
    AliasRemoved             'D' 'D' 'B' 'B' "One spelling is read no longer."
    ArgumentsReordered       'B' 'D' '-' '-' "Arguments stand in another order; the compiler sees it only if their types differ."
    DefaultAdded             'D' 'D' 'A' '-' "Absence has a meaning; implementers get that value."
    DefaultChanged           'D' 'D' 'B' '-' "Absence means something else."
    DefaultRemoved           'D' 'B' 'B' '-' "Absence has no meaning any more; implementers get `None` where a value always was."
    UnitAdded                'D' 'D' 'D' 'D' "The unit is said."
    UnitChanged              'B' 'B' 'B' 'B' "The same number means something else."
    Tightened                'D' 'D' 'B' 'D' "Some values are refused; only requests are checked."
    Loosened                 'D' 'D' 'A' 'D' "Values are let in that were refused; only requests are checked."
    ConditionAdded           'D' 'D' 'B' 'D' "It has to be sent under a condition."
    ConditionRemoved         'D' 'D' 'A' 'D' "It can be left out under any condition."
    ExampleValueChanged      'D' 'D' '-' '-' "Readers see another example."
    // Of actions.
    ActionAdded              'A' 'A' 'A' 'A' "There is one more method; that of the trait has a body."
    ActionRemoved            'B' 'B' 'B' 'B' "The method is gone, and old clients are told that there is no such action."
    CommandChanged           'B' '-' '-' '-' "The subcommand of the program is another."
    OperationChanged         'D' 'D' '-' '-' "It reads where it wrote, or writes where it read; the wire is the same."
    IdempotenceChanged       'D' 'D' '-' '-' "Clients repeat it after a failure where they did not, or do not where they did."
    LimitTightened           'D' 'D' 'B' 'B' "Who calls as often as was allowed is throttled."
    LimitLoosened            'D' 'D' 'A' 'A' "It may be called more often."
    RestrictionTightened     'D' 'D' 'B' 'B' "Some who could use it are refused."
    RestrictionLoosened      'D' 'D' 'A' 'A' "Some who were refused can use it."
    RestrictionErrorChanged  'D' 'D' 'B' 'B' "Who may not use it gets another code."
    AnswerAdded              'D' 'D' 'A' 'A' "It can answer one more code."
    AnswerRemoved            'D' 'D' 'D' 'D' "It does not answer a code any more."
    ExampleAdded             'A' '-' '-' '-' "The client's module of examples has one more function."
    ExampleRemoved           'B' '-' '-' '-' "A function of the client's module of examples is gone."
    ExampleChanged           'D' '-' '-' '-' "The example is another."
}
