"""Calls the service through `ons-mqtt mcp`, with the official client of the Model Context Protocol.

Arguments: program, endpoint, instance. The access key is in the environment.
Prints one line for each check that passed.
"""

import asyncio
import json
import os
import sys

from mcp import ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

PROGRAM, ENDPOINT, INSTANCE = sys.argv[1:4]
GROUP = "GID_mcp"
READS = {
    "OnsMqttGroupIdList",
    "OnsMqttQueryHistoryOnline",
    "OnsMqttQueryClientByTopic",
    "OnsMqttQueryClientByGroupId",
    "OnsMqttQueryClientByClientId",
    "OnsMqttQueryMsgTransTrend",
}
WRITES = {"OnsMqttGroupIdCreate", "OnsMqttGroupIdDelete"}


def server(*options):
    arguments = ["mcp", "--endpoint", ENDPOINT, *options]
    return stdio_client(StdioServerParameters(command=PROGRAM, args=arguments, env=dict(os.environ)))


async def call(session, tool, **arguments):
    """Returns the answer of a tool, and whether it is an error."""
    result = await session.call_tool(tool, {"InstanceId": INSTANCE, **arguments})
    return json.loads(result.content[0].text), bool(result.is_error)


async def reads():
    async with server() as pipes, ClientSession(*pipes) as session:
        await session.initialize()
        names = {tool.name for tool in (await session.list_tools()).tools}
        assert names == READS, names
        print("ok reads are offered")
        groups, is_error = await call(session, "OnsMqttGroupIdList")
        assert not is_error and groups["RequestId"], groups
        print("ok a read is answered")
        try:
            await call(session, "OnsMqttGroupIdCreate", GroupId=GROUP)
        except MCPError as error:
            assert "--allow-writes" in str(error), error
            print("ok a write is refused")


async def writes():
    async with server("--allow-writes", "--language", "zh") as pipes, ClientSession(*pipes) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        assert {tool.name for tool in tools} == READS | WRITES
        assert any("\u4e00" <= letter <= "\u9fff" for letter in tools[0].description), tools[0].description
        print("ok writes are offered, in Chinese")
        created, is_error = await call(session, "OnsMqttGroupIdCreate", GroupId=GROUP)
        assert not is_error, created
        online, is_error = await call(session, "OnsMqttQueryClientByGroupId", GroupId=GROUP)
        assert not is_error and online["MqttClientSetDo"]["OnlineCount"] == 0, online
        again, is_error = await call(session, "OnsMqttGroupIdCreate", GroupId=GROUP)
        assert is_error and again["code"] == "BIZ_SUBSCRIPTION_EXISTED", again
        assert again["requestId"] and again["remedy"], again
        deleted, is_error = await call(session, "OnsMqttGroupIdDelete", GroupId=GROUP)
        assert not is_error, deleted
        print("ok a group is created, found, and deleted")


async def dry_run():
    async with server("--allow-writes", "--dry-run") as pipes, ClientSession(*pipes) as session:
        await session.initialize()
        request, is_error = await call(session, "OnsMqttGroupIdCreate", GroupId=GROUP)
        assert not is_error and request["parameters"]["GroupId"] == GROUP, request
        groups, _ = await call(session, "OnsMqttGroupIdList")
        assert groups["dryRun"] is True, groups
    async with server() as pipes, ClientSession(*pipes) as session:
        await session.initialize()
        groups, _ = await call(session, "OnsMqttGroupIdList")
        assert GROUP not in json.dumps(groups), groups
        print("ok a dry run sends nothing")


async def main():
    await reads()
    await writes()
    await dry_run()


asyncio.run(main())
