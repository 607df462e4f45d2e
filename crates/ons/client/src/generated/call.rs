// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Calls that are not sent yet, with setters of optional parameters.

use ons_mqtt_models::*;
use pop_rpc::Action;
use pop_rpc::signature::SignedRequest;
use serde::de::DeserializeOwned;
use super::client::{Client, Inner};
use super::error::Error;
use super::stub::{Answer, Stub};

/// A call that is not sent yet.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<A: Action> {
    client: Client,
    request: A,
    answer: StubMethod<A>,
}

/// Method of a stub that answers `A`.
type StubMethod<A> = for<'a> fn(
    &'a (dyn Stub + 'static),
    A,
) -> Answer<'a, <A as Action>::Response>;

impl<A: Action<Response: DeserializeOwned> + Send + Sync> Call<A> {
    pub(super) fn new(client: &Client, request: A, answer: StubMethod<A>) -> Self {
        Self {
            client: client.clone(),
            request,
            answer,
        }
    }

    /// Returns the request with the parameters set so far.
    pub fn request(&self) -> &A {
        &self.request
    }

    /// Sends the request and waits for the response.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<A::Response, Error> {
        match &self.client.0 {
            Inner::Service(client) => client.call(&self.request).await,
            Inner::Stub(stub) => (self.answer)(stub.as_ref(), self.request).await,
        }
    }

    /// Sends the request and blocks the thread until the response arrives.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<A::Response, Error>
    where
        A::Response: Send,
    {
        pop_client::block_on(self.send())
    }

    /// Signs the request without sending it.
    ///
    /// # Errors
    ///
    /// No credentials are available, or a stub answers the client.
    pub async fn sign(&self) -> Result<SignedRequest, Error> {
        match &self.client.0 {
            Inner::Service(client) => client.sign(&self.request).await,
            Inner::Stub(_) => Err(Error::not_implemented(A::INFO.name)),
        }
    }
}

/// Optional parameters of `OnsMqttGroupIdCreate`.
impl Call<GroupIdCreateRequest> {
    /// Instance in which to create the group.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }

    /// Parent topic for the group to subscribe to; it must already exist.
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.request.topic = Some(topic.into());
        self
    }
}

/// Optional parameters of `OnsMqttGroupIdDelete`.
impl Call<GroupIdDeleteRequest> {
    /// Instance that contains the group.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttGroupIdList`.
impl Call<GroupIdListRequest> {
    /// Instance whose groups are listed.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttQueryHistoryOnline`.
impl Call<QueryHistoryOnlineRequest> {
    /// Instance that contains the group.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttQueryClientByTopic`.
impl Call<QueryClientByTopicRequest> {
    /// Sub topic to query; omit it if there is none. It can contain the wildcards `+` and `#`; then only devices that subscribed with exactly this filter are counted.
    pub fn sub_topic(mut self, sub_topic: impl Into<String>) -> Self {
        self.request.sub_topic = Some(sub_topic.into());
        self
    }

    /// Instance that contains the topic.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttQueryClientByGroupId`.
impl Call<QueryClientByGroupIdRequest> {
    /// Instance that contains the group.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttQueryClientByClientId`.
impl Call<QueryClientByClientIdRequest> {
    /// Instance that contains the device.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }
}

/// Optional parameters of `OnsMqttQueryMsgTransTrend`.
impl Call<QueryMsgTransTrendRequest> {
    /// Instance that contains the topic.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.request.instance_id = Some(instance_id.into());
        self
    }

    /// Sub topic to query; if omitted, the whole parent topic is counted.
    pub fn sub_topic(mut self, sub_topic: impl Into<String>) -> Self {
        self.request.sub_topic = Some(sub_topic.into());
        self
    }

    /// Delivery mode of the messages; if omitted, all messages are counted.
    pub fn msg_type(mut self, msg_type: MsgType) -> Self {
        self.request.msg_type = Some(msg_type);
        self
    }

    /// QoS of the messages; if omitted or any other value, all messages are counted.
    pub fn qos(mut self, qos: Qos) -> Self {
        self.request.qos = Some(qos);
        self
    }
}
