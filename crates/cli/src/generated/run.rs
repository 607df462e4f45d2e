// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Calls the action of each subcommand.

use pop_cli::Given;
use super::command::*;
use super::session::{Failure, Session};

impl Session {
    /// Calls the action of a subcommand and shows its response.
    pub(crate) async fn run(&self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Group(GroupCommand::Create { group_id, instance_id, topic }) => {
                let call = self
                    .client
                    .group_id_create(group_id)
                    .given(instance_id, |call, value| call.instance_id(value))
                    .given(topic, |call, value| call.topic(value));
                self.send(call).await
            }
            Command::Group(GroupCommand::Delete { group_id, instance_id }) => {
                let call = self
                    .client
                    .group_id_delete(group_id)
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Group(GroupCommand::List { instance_id }) => {
                let call = self
                    .client
                    .group_id_list()
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Online(
                OnlineCommand::History { begin_time, end_time, group_id, instance_id },
            ) => {
                let call = self
                    .client
                    .query_history_online(begin_time, end_time, group_id)
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Online(
                OnlineCommand::Topic { parent_topic, sub_topic, instance_id },
            ) => {
                let call = self
                    .client
                    .query_client_by_topic(parent_topic)
                    .given(sub_topic, |call, value| call.sub_topic(value))
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Online(OnlineCommand::Group { group_id, instance_id }) => {
                let call = self
                    .client
                    .query_client_by_group_id(group_id)
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Client(ClientCommand::Get { client_id, instance_id }) => {
                let call = self
                    .client
                    .query_client_by_client_id(client_id)
                    .given(instance_id, |call, value| call.instance_id(value));
                self.send(call).await
            }
            Command::Message(
                MessageCommand::Trend {
                    begin_time,
                    end_time,
                    instance_id,
                    parent_topic,
                    tps_type,
                    trans_type,
                    sub_topic,
                    msg_type,
                    qos,
                },
            ) => {
                let call = self
                    .client
                    .query_msg_trans_trend(
                        begin_time,
                        end_time,
                        parent_topic,
                        tps_type,
                        trans_type,
                    )
                    .given(instance_id, |call, value| call.instance_id(value))
                    .given(sub_topic, |call, value| call.sub_topic(value))
                    .given(msg_type, |call, value| call.msg_type(value))
                    .given(qos, |call, value| call.qos(value));
                self.send(call).await
            }
        }
    }
}
