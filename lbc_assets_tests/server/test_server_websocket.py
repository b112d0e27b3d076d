"""GraphQL over WebSocket: who may open one, and which messages pass."""

import pytest

from lbc_assets.server.who import Role

INIT = {"type": "connection_init", "payload": {}}
LOGS = 'subscription S { pipelineRunLogs(runId: "x") { __typename } }'


def _start(query, **more):
    return {"id": "1", "type": "start", "payload": {"query": query, "variables": {}, "operationName": None, **more}}


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "http://evil.example"},
        {"origin": None},
        {"origin": "null"},
        {"host": "evil.example:3000"},
        {"cookie": "lbc-steward-3000=guess"},
        {"cookie": None},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_another_sites_page_opens_none(site, other):
    (said,) = site.talk([INIT], **other)
    assert said["type"] == "websocket.close"
    assert site.dagster.heard == []


def test_subscriptions_of_stewards_pass_written_anew(site):
    assert site.talk([INIT, _start(LOGS, operationName="S", extensions={}), {"id": "1", "type": "stop", "x": 1}]) == []
    first, second, third = site.dagster.heard
    assert first == {"type": "connection_init", "id": None}
    assert second["payload"] == {"query": LOGS, "variables": {}, "operationName": "S", "operation_name": "S"}
    assert third == {"type": "stop", "id": "1"}


@pytest.mark.parametrize(
    "message",
    [
        _start("mutation { setNuxSeen }"),
        _start("query { version }"),
        _start("mutation a { setNuxSeen } subscription S { locationStateChangeEvents { __typename } }"),
        {"id": "1", "type": "start"},
        {"id": "1", "type": "start", "payload": [LOGS]},
        {"id": ["1"], "type": "stop"},
        {"type": "subscribe", "id": "1", "payload": {"query": LOGS}},
        [INIT],
        "{",
        "",
    ],
    ids=str,
)
@pytest.mark.parametrize("role", Role)
def test_other_messages_reach_nobody(site, message, role):
    said = site.talk([message], role)
    assert '"error"' in said[-1]["text"]
    assert site.dagster.heard == []


def test_a_message_that_is_too_large_ends_it(site):
    (said,) = site.talk([_start(LOGS + " " * (1 << 20))])
    assert (said["type"], said["code"]) == ("websocket.close", 1009)
    assert site.dagster.heard == []


def test_a_viewers_socket_is_a_friendly_wall(site):
    named = LOGS.replace("pipelineRunLogs", "mine: pipelineRunLogs")
    accepted, acknowledged, log, *more = site.talk([INIT, _start(named), {"id": "1", "type": "stop"}], Role.VIEWER)
    assert accepted == {"type": "websocket.accept", "subprotocol": "graphql-ws"}
    assert "connection_ack" in acknowledged["text"]
    assert '"mine": {"__typename": "PipelineRunLogsSubscriptionSuccess", "messages": []' in log["text"]
    assert more == []
    assert site.dagster.heard == []
    assert site.talk([{"type": "connection_terminate"}], Role.VIEWER)[-1]["type"] == "websocket.close"
