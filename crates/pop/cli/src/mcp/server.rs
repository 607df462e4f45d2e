//! The server: lists the tools and lets them be called.

use std::sync::Arc;

use pop_client::{BoxFuture, Client, Product};
use pop_docs::Reference;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    Tool,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{RoleServer, ServerHandler, serve_server};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::caller::{Caller, Outcome, ToolError};
use super::error::McpError;
use super::{region, schema};
use crate::explain::Language;
use crate::options::Options;

/// Size of the longest accepted message, in bytes.
const LONGEST_MESSAGE: usize = 1 << 20;

/// Number of calls at a time.
const CALLS: usize = 16;

/// Size up to which an answer is shown, in bytes: about as much as a model reads at once.
const LONGEST_ANSWER: usize = 64 << 10;

/// Arguments of `mcp`.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Arguments {
    /// Offer the actions that change something, too.
    #[arg(long)]
    allow_writes: bool,
    /// Language of descriptions and remedies.
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

/// The actions of a product as tools; generated code implements it.
pub trait Tools: Send + Sync + 'static {
    /// Client of the product.
    type Product: Product;

    /// Name and version of the program.
    const PROGRAM: (&'static str, &'static str);

    /// The tools in JSON, by language.
    const LISTS: &'static [(Language, &'static str)];

    /// Calls a tool of the list.
    fn call<'a>(
        caller: &'a Caller<Code<Self>>,
        tool: &str,
        arguments: Value,
    ) -> BoxFuture<'a, Outcome<Code<Self>>>;
}

type Code<T> = <<T as Tools>::Product as Product>::Code;

/// Serves the tools until standard input ends.
///
/// # Errors
///
/// No client can be built, or the peer does not speak the protocol.
pub async fn serve<T: Tools, F>(
    arguments: Arguments,
    options: &Options,
    reference: &'static Reference,
) -> Result<(), F>
where
    F: From<McpError> + From<pop_client::BuildError>,
{
    let Bare(client) = options.client::<Bare<T::Product>>().build()?;
    let region = client.settings().region_id.as_deref();
    let server = Server::<T> {
        tools: offered::<T>(arguments, region).map_err(McpError::from)?,
        caller: Caller {
            client,
            is_dry_run: options.is_dry_run(),
        },
        places: Semaphore::new(CALLS),
        reference,
        arguments,
    };
    Ok(run(server).await?)
}

async fn run<T: Tools>(server: Server<T>) -> Result<(), McpError> {
    let transport = AsyncRwTransport::new_server(tokio::io::stdin(), tokio::io::stdout());
    match serve_server(server, transport.with_max_line_length(LONGEST_MESSAGE)).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(Box::new(error).into()),
    }
}

/// Returns the tools in the requested language, or in the only one that there is; `region` is that
/// of the client.
fn offered<T: Tools>(
    arguments: Arguments,
    region: Option<&str>,
) -> Result<Vec<Tool>, serde_json::Error> {
    let mut lists = T::LISTS.iter();
    let requested = lists.find(|(language, _)| *language == arguments.language);
    let list = requested
        .or(T::LISTS.first())
        .map_or("[]", |(_, list)| list);
    let mut tools: Vec<Tool> = serde_json::from_str(list)?;
    tools.retain(|tool| arguments.allow_writes || is_read(tool));
    if let Some(region) = region {
        for tool in &mut tools {
            region::make_optional(Arc::make_mut(&mut tool.input_schema), region);
        }
    }
    Ok(tools)
}

fn is_read(tool: &Tool) -> bool {
    let annotations = tool.annotations.as_ref();
    annotations.and_then(|hints| hints.read_only_hint) == Some(true)
}

/// Client without the methods of a product.
struct Bare<P: Product>(Client<P::Code>);

impl<P: Product> From<Client<P::Code>> for Bare<P> {
    fn from(client: Client<P::Code>) -> Self {
        Self(client)
    }
}

impl<P: Product> Product for Bare<P> {
    type Code = P::Code;
    const VARIABLES: &'static str = P::VARIABLES;

    const SIGNATURE: pop_client::Signature = P::SIGNATURE;

    fn regions() -> Vec<(&'static str, &'static str)> {
        P::regions()
    }
}

struct Server<T: Tools> {
    tools: Vec<Tool>,
    caller: Caller<Code<T>>,
    /// Places for calls; a call without a place is refused.
    places: Semaphore,
    reference: &'static Reference,
    arguments: Arguments,
}

impl<T: Tools> Server<T> {
    async fn outcome(&self, tool: &Tool, mut arguments: Map<String, Value>) -> Outcome<Code<T>> {
        let _place = self.places.try_acquire().map_err(|_| ToolError::Busy)?;
        region::add(&tool.input_schema, &mut arguments);
        let arguments = Value::Object(arguments);
        schema::check(&tool.input_schema, &arguments).map_err(ToolError::Arguments)?;
        T::call(&self.caller, &tool.name, arguments).await
    }

    fn unknown_tool(&self, name: &str) -> ErrorData {
        let hint = if self.arguments.allow_writes {
            "`tools/list` lists all of them"
        } else {
            "tools that change something need the option --allow-writes"
        };
        ErrorData::invalid_params(format!("there is no tool `{name}`; {hint}"), None)
    }
}

impl<T: Tools> ServerHandler for Server<T> {
    fn get_info(&self) -> ServerConfig {
        let (name, version) = T::PROGRAM;
        let mut instructions = Vec::new();
        if self.caller.is_dry_run {
            instructions.push("Dry run: nothing is sent; a tool returns what it would send.");
        }
        if !self.arguments.allow_writes {
            instructions.push("Only actions that read are offered.");
        }
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new(name, version))
            .with_instructions(instructions.join(" "))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.tools.iter().find(|tool| tool.name == request.name) else {
            return Err(self.unknown_tool(&request.name));
        };
        let arguments = request.arguments.unwrap_or_default();
        Ok(match self.outcome(tool, arguments).await {
            Ok(answer) => CallToolResult::success(shown(&answer)),
            Err(error) => {
                let error = error.json(self.reference, self.arguments.language);
                CallToolResult::error(shown(&error))
            }
        }
        .into())
    }
}

/// Returns a value as text, and a note if it is too long to be shown as a whole.
fn shown(value: &Value) -> Vec<ContentBlock> {
    let mut text = value.to_string();
    let length = text.len();
    if length <= LONGEST_ANSWER {
        return vec![ContentBlock::text(text)];
    }
    text.truncate(text.floor_char_boundary(LONGEST_ANSWER));
    let note = format!(
        "The answer has {length} bytes; only the first {} are shown. Ask for less: a shorter range, \
         a smaller page, or one item.",
        text.len()
    );
    vec![ContentBlock::text(text), ContentBlock::text(note)]
}
