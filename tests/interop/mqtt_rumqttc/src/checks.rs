//! The checks: how devices see messages, wills, sessions and refusals.

use std::pin::Pin;

use crate::device::{Device, WRONG_PASSWORD, same};
use crate::fleet::{Fleet, Options, Outcome};

/// Number of shared messages, so many that chance gives each member some.
const SHARED: u32 = 40;

/// A check's name and what it does.
pub(crate) type Check<'a> = (&'static str, Pin<Box<dyn Future<Output = Outcome> + 'a>>);

/// Returns the checks of a stage.
pub(crate) fn of<'a>(stage: &str, fleet: &'a Fleet) -> Vec<Check<'a>> {
    match stage {
        "leave" => vec![("session before a restart", Box::pin(leave_session(fleet)))],
        "return" => vec![(
            "session after a restart",
            Box::pin(return_to_session(fleet)),
        )],
        _ => {
            let mut checks: Vec<Check<'a>> = vec![
                ("QoS 0", Box::pin(round_trip(fleet, 0))),
                ("QoS 1", Box::pin(round_trip(fleet, 1))),
                ("QoS 2", Box::pin(round_trip(fleet, 2))),
                ("retained message", Box::pin(retained(fleet))),
                ("will after a lost connection", Box::pin(will(fleet))),
                ("kept session", Box::pin(kept_session(fleet))),
                ("point-to-point", Box::pin(point_to_point(fleet))),
                ("wrong password", Box::pin(wrong_password(fleet))),
            ];
            if fleet.is_v5 {
                checks.push(("shared subscription", Box::pin(shared_subscription(fleet))));
            }
            checks
        }
    }
}

async fn round_trip(fleet: &Fleet, qos: u8) -> Outcome {
    let topic = fleet.topic(&format!("qos/{qos}"));
    let mut receiver = Device::join(fleet, "receiver", &[&fleet.topic("qos/+")]).await?;
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    for payload in ["one", "two"] {
        sender.publish_with(&topic, qos, false, payload).await?;
    }
    for payload in ["one", "two"] {
        receiver.receives(&topic, qos, false, payload).await?;
    }
    receiver.leave().await?;
    sender.leave().await
}

async fn retained(fleet: &Fleet) -> Outcome {
    let topic = fleet.topic("retained");
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    sender.publish_with(&topic, 1, true, "kept").await?;
    let mut receiver = Device::join(fleet, "receiver", &[&topic]).await?;
    receiver.receives(&topic, 1, true, "kept").await?;
    // An empty message removes it.
    sender.publish_with(&topic, 1, true, "").await?;
    receiver.receives(&topic, 1, false, "").await?;
    receiver.leave().await?;
    let mut receiver = Device::join(fleet, "receiver", &[&topic]).await?;
    sender.publish(&topic, "not kept").await?;
    receiver.receives(&topic, 1, false, "not kept").await?;
    receiver.leave().await?;
    sender.leave().await
}

async fn will(fleet: &Fleet) -> Outcome {
    let topic = fleet.topic("will");
    let mut heir = Device::join(fleet, "heir", &[&topic]).await?;
    // Two names: if one device came back at once, it could take its session over before DISCONNECT.
    let with_will = |name| Options {
        name,
        will: Some(topic.clone()),
        ..Options::default()
    };
    let leaver = Device::join_with(fleet, &with_will("leaver"), &[]).await?;
    leaver.leave().await?;
    let mortal = Device::join_with(fleet, &with_will("mortal"), &[]).await?;
    mortal.lose().await;
    heir.receives(&topic, 1, false, "gone").await?;
    // The first device left with DISCONNECT, so its will is not published.
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    sender.publish(&topic, "last").await?;
    heir.receives(&topic, 1, false, "last").await?;
    heir.leave().await?;
    sender.leave().await
}

const TRAVELER: Options<'_> = Options {
    name: "traveler",
    keep: true,
    will: None,
    password: None,
};

/// Leaves a session in which three messages wait.
async fn leave_session(fleet: &Fleet) -> Outcome {
    let topic = fleet.topic("session");
    Device::join(fleet, "traveler", &[]).await?.leave().await?;
    let traveler = Device::join_with(fleet, &TRAVELER, &[&topic]).await?;
    same("session present", traveler.session_present, false)?;
    traveler.leave().await?;
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    for payload in ["one", "two", "three"] {
        sender.publish(&topic, payload).await?;
    }
    sender.leave().await
}

async fn return_to_session(fleet: &Fleet) -> Outcome {
    let topic = fleet.topic("session");
    let mut traveler = Device::join_with(fleet, &TRAVELER, &[]).await?;
    same("session present", traveler.session_present, true)?;
    for payload in ["one", "two", "three"] {
        traveler.receives(&topic, 1, false, payload).await?;
    }
    traveler.leave().await
}

async fn kept_session(fleet: &Fleet) -> Outcome {
    leave_session(fleet).await?;
    return_to_session(fleet).await
}

async fn point_to_point(fleet: &Fleet) -> Outcome {
    let mut receiver = Device::join(fleet, "receiver", &[]).await?;
    let mut listener = Device::join(fleet, "listener", &["test/#"]).await?;
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    let topic = format!("test/p2p/{}", receiver.client_id);
    let all = fleet.topic("all");
    sender.publish(&topic, "for you").await?;
    sender.publish(&all, "for all").await?;
    receiver.receives(&topic, 1, false, "for you").await?;
    listener.receives(&all, 1, false, "for all").await?;
    for device in [receiver, listener, sender] {
        device.leave().await?;
    }
    Ok(())
}

async fn wrong_password(fleet: &Fleet) -> Outcome {
    let options = Options {
        name: "receiver",
        password: Some("wrong"),
        ..Options::default()
    };
    let refused = Device::join_with(fleet, &options, &[]).await;
    same("error", refused.err(), Some(WRONG_PASSWORD.to_owned()))
}

async fn shared_subscription(fleet: &Fleet) -> Outcome {
    let topic = fleet.topic("shared");
    let filter = format!("$share/group/{topic}");
    let mut members = [
        Device::join(fleet, "first", &[&filter]).await?,
        Device::join(fleet, "second", &[&filter]).await?,
    ];
    let mut sender = Device::join(fleet, "sender", &[]).await?;
    let mut numbers: Vec<String> = (0..SHARED).map(|number| number.to_string()).collect();
    numbers.sort();
    for number in &numbers {
        sender.publish(&topic, number).await?;
    }
    // The last message to each member shows that those before it have arrived.
    for member in &members {
        let topic = format!("test/p2p/{}", member.client_id);
        sender.publish(&topic, "end").await?;
    }
    let mut received = Vec::new();
    for member in &mut members {
        let before = received.len();
        loop {
            match member.receive().await? {
                (_, _, _, payload) if payload == "end" => break,
                (_, _, _, payload) => received.push(payload),
            }
        }
        same("a member without messages", received.len() == before, false)?;
    }
    received.sort();
    same("messages", received, numbers)?;
    for device in members.into_iter().chain([sender]) {
        device.leave().await?;
    }
    Ok(())
}
