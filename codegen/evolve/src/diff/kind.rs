//! The policy: the effect of each kind of change on each audience.

use serde::{Deserialize, Serialize};

/// Effect of a change on one audience, in ascending order.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// No effect: the change does not reach this audience.
    None,
    /// Existing code works as before. Only a text, or a value in generated code, is different.
    Documentation,
    /// Existing code works as before, and more is possible.
    Additive,
    /// Existing code must be edited, or the two sides do not understand each other.
    Breaking,
}

impl Class {
    /// Returns the class as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// Effects of a kind of change on each audience.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Effect on programs that use the client and the models.
    pub callers: Class,
    /// Effect on programs that implement the service trait.
    pub implementers: Class,
    /// Effect on peers of the other version, if the fact is part of a request.
    pub request: Class,
    /// Effect on peers of the other version, if the fact is part of a response.
    pub response: Class,
}

/// Returns the class for a letter of the table below.
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
        /// Four letters show its effect on callers, on implementers, in requests and in responses:
        /// breaking, additive, documentation, or – for none.
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
            /// All kinds of change.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the effects on each audience.
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

            /// Returns the meaning of the kind as a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $docs.trim_ascii(),)*
                }
            }
        }
    };
}

// The templates decide the effects on callers and implementers. All structs and enums are
// `#[non_exhaustive]`, so additions break nobody. Trait methods have default bodies. A required
// parameter is an argument, an optional one a method of `Call`. A required member is an argument of
// its struct's constructor, an optional one a method. Fields are public.
//
// The wire breaks if a client of one version and a service of the other misunderstand what both
// versions know. The generated reader is lenient, but other clients may not be. So it is breaking
// to remove a member, or to let one be absent that was always present. A new fact matters only to a
// peer that knows it, so it is additive.
#[rustfmt::skip] // A table: one line per kind.
kinds! {
    // Any item.
    TextChanged              'D' 'D' '-' '-' "A text for readers changed."
    Reordered                'D' 'D' '-' '-' "Items changed their order, which only readers see."
    Rewritten                '-' '-' '-' '-' "The spec states the same fact differently."
    RenamedInCode            'B' 'B' '-' '-' "The name in Rust changed; the name on the wire did not."
    Respelled                'D' 'D' 'B' 'B' "The name on the wire changed; the name in Rust did not."
    RespelledWithAlias       'D' 'D' 'A' 'A' "The name on the wire changed, but both versions read both names."
    Deprecated               'A' 'A' '-' '-' "It is deprecated, so the compiler warns its users."
    DeprecationLifted        'D' 'D' '-' '-' "It is not deprecated anymore."
    // The spec as a whole.
    ProductChanged           'D' 'D' '-' '-' "The product code changed; no request carries it."
    VersionChanged           'D' 'D' 'B' 'B' "Requests carry another API version, which a gateway of the old version rejects."
    PackageRenamed           'B' 'B' '-' '-' "The crates were renamed."
    SignatureChanged         'D' 'D' 'B' 'B' "Requests are signed with another method, which a gateway of the old version rejects."
    NamingChanged            '-' '-' '-' '-' "The rules for names in Rust changed; each affected name is listed."
    LanguagesChanged         'D' 'D' '-' '-' "The languages of the reference changed."
    EditorSchemaChanged      '-' '-' '-' '-' "The path of the schema for editors changed."
    DispatchErrorChanged     'D' 'D' 'B' 'B' "A request that reaches no action is answered with another code."
    ReleaseChanged           'D' 'D' '-' '-' "The release history changed."
    CategoryChanged          'D' 'D' '-' '-' "Chapters of the reference, or their content, changed."
    ErratumChanged           'D' 'D' '-' '-' "An erratum changed."
    // Regions.
    RegionAdded              'A' 'A' 'A' 'A' "The region can be called."
    RegionRemoved            'B' 'D' 'B' 'B' "Building a client for the region fails at run time, and requests that name it are rejected."
    HostChanged              'D' 'D' 'B' 'B' "Clients that were built before call the old host."
    PrivateHostAdded         'A' 'D' 'A' 'A' "The region can be called from inside a private cloud."
    PrivateHostRemoved       'D' 'D' 'B' 'B' "The region cannot be called from inside a private cloud anymore."
    // Error codes.
    ErrorAdded               'A' 'A' 'A' 'A' "A code was added; peers that do not know it keep it as received."
    ErrorSingledOut          'B' 'A' 'A' 'A' "A code was added that a code with a placeholder covered before; it is now read as its own variant."
    ErrorRemoved             'B' 'B' 'D' 'D' "The variant was removed; if the code still arrives, it is kept as received."
    ErrorPlaceholderChanged  'B' 'B' 'B' 'B' "The code gained or lost its placeholder, so its variant gained or lost a value."
    PlaceholderRenamed       'D' 'D' '-' '-' "The placeholder of a code was renamed."
    StatusChanged            'D' 'D' 'B' 'B' "The code is sent with another HTTP status."
    DeclaredStatusChanged    'D' 'D' '-' '-' "The status that is declared for a code changed, but no action answers with another one."
    MessageChanged           'D' 'D' 'D' 'D' "The code is sent with another message, which is for people."
    RetryChanged             'D' 'D' '-' '-' "Clients now repeat a failed request, or do not repeat it anymore."
    OriginChanged            'D' 'D' 'D' 'D' "The gateway answers with the code instead of the service, or vice versa."
    // Types.
    TypeAdded                'A' 'A' '-' '-' "A type was added; the fields that use it are listed."
    TypeRemoved              'B' 'B' '-' '-' "The type was removed; the fields that used it are listed."
    BaseChanged              'B' 'B' 'B' 'B' "The values are text instead of integers, or vice versa."
    ValueAdded               'A' 'A' 'A' 'A' "A value was added; peers that do not know it keep it as received."
    ValueRemoved             'B' 'B' 'B' 'D' "The variant was removed; the value is rejected in requests, but read in responses."
    // Parameters and members.
    ParameterAdded           'A' 'A' 'A' '-' "A method of the call sets it; an old service ignores it."
    RequiredParameterAdded   'B' 'A' 'B' '-' "The method takes one more argument; a request without it is rejected."
    ParameterRemoved         'B' 'B' 'B' '-' "Its argument or method was removed, and so was its field; old clients that send it are ignored."
    CommonParameterMoved     'D' 'D' '-' '-' "An optional common parameter became one of some actions, or vice versa; those actions are listed."
    ParameterNowRequired     'B' 'B' 'B' '-' "It is now an argument, and its field is not an `Option`; a request without it is rejected."
    ParameterNowOptional     'B' 'B' 'A' '-' "It is not an argument anymore, and its field is an `Option`."
    ListNowRequired          'B' 'D' 'B' '-' "It is now an argument, and its field is still the collection; a request without it is rejected."
    ListNowOptional          'B' 'D' 'A' '-' "It is not an argument anymore, and its field is still the collection."
    MemberAdded              'A' 'A' 'A' 'A' "A member was added; no code can list all fields of a struct."
    RequiredMemberAdded      'B' 'B' 'B' 'A' "The constructor of its struct takes one more argument."
    MemberRemoved            'B' 'B' 'B' 'B' "The field was removed; code that reads it must change."
    MemberNowRequired        'B' 'B' 'B' 'A' "The constructor of its struct takes it, and its field is not an `Option` anymore."
    MemberNowOptional        'B' 'B' 'A' 'B' "The constructor does not take it anymore, and its field is an `Option`; readers that rely on it may miss it."
    ListMemberNowRequired    'B' 'B' 'B' 'A' "The constructor of its struct takes it; its field is still the collection."
    ListMemberNowOptional    'B' 'B' 'A' 'B' "The constructor does not take it anymore; readers that rely on it may miss it."
    Retyped                  'B' 'B' 'B' 'B' "Its type in Rust changed, and so did its form on the wire."
    Widened                  'B' 'B' 'A' 'B' "Its type is wider: old clients cannot read all of its values."
    EnumOpened               'B' 'B' 'A' '-' "The enum was replaced by the plain text or number of its values."
    EnumClosed               'B' 'B' 'B' '-' "It is now an enum; a request with a value that the enum does not know is rejected."
    RetypedInCode            'B' 'B' '-' '-' "Its type in Rust changed; its form on the wire did not."
    PrecisionChanged         'D' 'D' 'D' 'D' "It changed between float and double; code reads both alike."
    ItemRenamed              'D' 'D' '-' 'B' "The items of the list are wrapped under another name on the wire."
    StyleChanged             'D' 'D' 'B' 'B' "The list is encoded differently."
    PositionChanged          'D' 'D' 'B' '-' "It is sent in the form body instead of the query, or vice versa; a service may look in one only."
    AliasAdded               'D' 'D' 'A' 'A' "One more spelling is read."
    AliasRemoved             'D' 'D' 'B' 'B' "A spelling is not read anymore."
    ArgumentsReordered       'B' 'D' '-' '-' "Arguments changed their order; the compiler notices only if their types differ."
    ConstructorReordered     'B' 'B' '-' '-' "Arguments of a struct's constructor changed their order; the compiler notices only if their types differ."
    DefaultAdded             'D' 'D' 'A' '-' "Absence now has a meaning; implementers get that value."
    DefaultChanged           'D' 'D' 'B' '-' "Absence has another meaning."
    DefaultRemoved           'D' 'B' 'B' '-' "Absence has no meaning anymore; implementers get `None` instead of a value."
    UnitAdded                'D' 'D' 'D' 'D' "The unit is now stated."
    UnitChanged              'B' 'B' 'B' 'B' "The same number means something else."
    Tightened                'D' 'D' 'B' 'D' "Some values are now rejected; only requests are checked."
    Loosened                 'D' 'D' 'A' 'D' "Values are accepted that were rejected before; only requests are checked."
    ConditionAdded           'D' 'D' 'B' 'D' "It must now be sent under a condition."
    ConditionRemoved         'D' 'D' 'A' 'D' "It may be omitted under any condition."
    ExampleValueChanged      'D' 'D' '-' '-' "The example value changed."
    // Actions.
    ActionAdded              'A' 'A' 'A' 'A' "A method was added; the trait has a default body for it."
    ActionRemoved            'B' 'B' 'B' 'B' "The method was removed; old clients get the error for an unknown action."
    CommandChanged           'B' '-' '-' '-' "The subcommand of the program changed."
    OperationChanged         'D' 'D' '-' '-' "It now reads instead of writing, or vice versa; the wire is the same."
    IdempotenceChanged       'D' 'D' '-' '-' "Clients now repeat it after a failure, or do not repeat it anymore."
    MethodAdded              'D' 'D' 'A' 'A' "It accepts one more HTTP method."
    MethodsChanged           'D' 'D' 'B' 'B' "It rejects an HTTP method that it accepted, or clients call it with a method that it rejected."
    AuthenticationChanged    'D' 'D' 'B' 'B' "It needs an access key now, or none anymore; one side expects a signature that the other does not send."
    ResponseFormChanged      'B' 'B' 'B' 'B' "Its response is the value of its only member now, or an object with members again."
    LimitTightened           'D' 'D' 'B' 'B' "Clients that call as often as before are throttled."
    LimitLoosened            'D' 'D' 'A' 'A' "It may be called more often."
    PagesAdded               'A' '-' '-' '-' "The call can read the list page by page."
    PagesRemoved             'B' '-' '-' '-' "The call cannot read the list page by page anymore."
    PagedListChanged         'B' '-' '-' '-' "The call reads another list page by page."
    PagingChanged            'D' '-' '-' '-' "Clients request the next page in another way."
    RestrictionTightened     'D' 'D' 'B' 'B' "Some users who could call it are rejected."
    RestrictionLoosened      'D' 'D' 'A' 'A' "Some users who were rejected can call it."
    RestrictionErrorChanged  'D' 'D' 'B' 'B' "Users who may not call it get another code."
    AnswerAdded              'D' 'D' 'A' 'A' "It can answer with one more code."
    AnswerRemoved            'D' 'D' 'D' 'D' "It does not answer with a code anymore."
    ExampleAdded             'A' '-' '-' '-' "The client's module of examples gained a function."
    ExampleRemoved           'B' '-' '-' '-' "The client's module of examples lost a function."
    ExampleChanged           'D' '-' '-' '-' "The example changed."
}
