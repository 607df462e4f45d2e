//! Random values for the tests of generated models.

/// Implements `Arbitrary` for a generated enum: known and unknown values are equally likely.
#[doc(hidden)]
#[macro_export]
macro_rules! arbitrary_enum {
    ($type:ty, $value:expr) => {
        impl proptest::arbitrary::Arbitrary for $type {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy;

                proptest::prop_oneof![
                    proptest::sample::select(Self::KNOWN),
                    $value.prop_map(Self::from),
                ]
                .boxed()
            }
        }
    };
}

/// Returns a strategy for a list of few items, because those of lists in lists multiply. Only the outermost list is bounded.
#[doc(hidden)]
#[macro_export]
macro_rules! arbitrary_list {
    ($type:ty) => {
        proptest::arbitrary::any_with::<$type>((
            proptest::collection::size_range(0..4),
            Default::default(),
        ))
    };
}
