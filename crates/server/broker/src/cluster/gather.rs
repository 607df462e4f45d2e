//! Questions of one node to all others.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Message, Request};
use futures::StreamExt;
use futures::future::join_all;
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use super::config::ClusterError;
use super::joining::Cluster;
use super::node::{Node, nats};

/// Time for one attempt. A node that just starts or that is over does not answer at first, or not at all.
const ATTEMPT: Duration = Duration::from_secs(1);
/// Pause before another attempt.
const RETRY: Duration = Duration::from_millis(100);
/// Questions that a node works on at once.
const AT_ONCE: usize = 64;

/// Reason why an answer would not be that of all nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("node {0} does not answer; once its lease is over, it is not asked any more")]
pub struct Unanswered(pub String);

/// A future answer.
pub type Answering = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;

impl Cluster {
    /// Answers questions of other nodes until what is returned is dropped.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Nats`].
    pub async fn answer(
        &self,
        answer: impl Fn(Vec<u8>) -> Answering + Send + Sync + 'static,
    ) -> Result<AbortOnDropHandle<()>, ClusterError> {
        let node = Arc::clone(self.node());
        let subject = subject(&node.name);
        let questions = node.nats.subscribe(subject).await.map_err(nats)?;
        let answer = Arc::new(answer);
        let answering = questions.for_each_concurrent(AT_ONCE, move |question: Message| {
            let (node, answer) = (Arc::clone(&node), Arc::clone(&answer));
            async move {
                let Some(reply) = question.reply else { return };
                let answer = answer(question.payload.into()).await;
                // Whoever asked asks again.
                let _ = node.nats.publish(reply, answer.into()).await;
            }
        });
        Ok(AbortOnDropHandle::new(tokio::spawn(answering)))
    }

    /// Asks all other nodes that are alive, and returns their answers in no order. They have this time to answer.
    ///
    /// # Errors
    ///
    /// [`Unanswered`] if one of them, or this node itself, is cut off.
    pub async fn ask(
        &self,
        question: &[u8],
        patience: Duration,
    ) -> Result<Vec<Vec<u8>>, Unanswered> {
        let node = self.node();
        if node.epoch().is_none() {
            return Err(Unanswered(node.name.to_string()));
        }
        let others = node.others();
        let deadline = Instant::now() + patience;
        let answers = others.iter();
        let answers = answers.map(|other| ask_one(node, other, question, deadline));
        let answers: Result<Vec<_>, _> = join_all(answers).await.into_iter().collect();
        Ok(answers?.into_iter().flatten().collect())
    }
}

/// Asks a node until it answers. Returns `None` if it is over meanwhile.
async fn ask_one(
    node: &Node,
    other: &str,
    question: &[u8],
    deadline: Instant,
) -> Result<Option<Vec<u8>>, Unanswered> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let request = Request::new()
            .payload(question.to_vec().into())
            .timeout(Some(ATTEMPT.min(left)));
        if let Ok(answer) = node.nats.send_request(subject(other), request).await {
            return Ok(Some(answer.payload.into()));
        }
        if !node.others().iter().any(|name| name == other) {
            return Ok(None);
        }
        if Instant::now() >= deadline {
            return Err(Unanswered(other.to_owned()));
        }
        sleep(RETRY).await;
    }
}

/// Returns the subject of questions to a node, whose name needs no escapes.
fn subject(node: &str) -> String {
    format!("ons_node.{node}")
}
