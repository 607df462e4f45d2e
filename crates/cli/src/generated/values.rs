// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Known values of parameters.

use pop_cli::values::Values;
use super::models;

/// Returns the values of `TpsType`.
pub(super) fn tps_type() -> Values<models::TpsType> {
    Values::new([
        (models::TpsType::Tps, "Messages per second"),
        (models::TpsType::Sum, "Number of messages"),
    ])
}

/// Returns the values of `TransType`.
pub(super) fn trans_type() -> Values<models::TransType> {
    Values::new([
        (
            models::TransType::Pub,
            "Production: messages that the service received from producers",
        ),
        (
            models::TransType::Sub,
            "Consumption: messages that the service delivered to consumers",
        ),
    ])
}

/// Returns the values of `MsgType`.
pub(super) fn msg_type() -> Values<models::MsgType> {
    Values::new([
        (models::MsgType::PointToPoint, "Point-to-point: sent to one specified client"),
        (models::MsgType::PublishSubscribe, "Publish/subscribe: sent to all subscribers"),
    ])
}

/// Returns the values of `Qos`.
pub(super) fn qos() -> Values<models::Qos> {
    Values::new([
        (models::Qos::AtMostOnce, "At most once"),
        (models::Qos::AtLeastOnce, "At least once"),
        (models::Qos::ExactlyOnce, "Exactly once"),
    ])
}
