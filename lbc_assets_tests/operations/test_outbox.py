"""One alert an event and sink: over many looks, after a restart, while sinks are down; the clock is the test's."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from lbc_assets.operations.alerts import FIRST_PAUSE, GIVEN_UP_AFTER, KEPT, LONGEST_PAUSE, Outbox
from lbc_assets.operations.events import Event, Finding
from lbc_assets.operations.sink_settings import Alerts, File
from lbc_assets.operations.sinks import NotDelivered

SETTINGS = Alerts(sinks=(File(kind="file", name="first"), File(kind="file", name="second")))


def event(number: int, kind: str = "failed") -> Event:
    return Event(key=f"{kind}:{number}", kind=kind, wave="w1", found=(Finding(reason_code="x"),), path="/")


class Post:
    """Outbox, clock and sinks: ``down`` names sinks that take nothing, ``poison`` an event that nobody takes."""

    def __init__(self, folder):
        self.folder = folder
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.down, self.poison, self.taken, self.tried = set(), None, [], []

    def look(self, *events, settings=SETTINGS, standing=()):
        outbox = Outbox(self.folder)  # as after a restart
        outbox.note(events, settings, self.now)
        return outbox.send(settings, {one.key for one in standing}, lambda: self.now, self._hand_over)

    def _hand_over(self, sink, message):
        self.tried.append((sink.name, message.id))
        if sink.name in self.down or message.id == self.poison:
            raise NotDelivered("not_reachable")
        self.taken.append((sink.name, message.id))


@pytest.fixture
def post(tmp_path):
    return Post(tmp_path)


def test_many_looks_one_alert_a_sink(post):
    for _ in range(5):
        post.look(event(1), event(2))
        post.now += timedelta(seconds=30)
    assert sorted(post.taken) == sorted((s, event(n).id) for s in ("first", "second") for n in (1, 2))


def test_a_sink_that_is_down_stops_no_other_and_is_tried_later(post):
    post.down = {"first"}
    assert post.look(event(1), event(2)) == ["first: not_reachable"]
    assert [name for name, _ in post.taken] == ["second", "second"]
    post.look()  # it is left alone for a while
    assert [name for name, _ in post.tried].count("first") == 1
    post.down = set()
    post.now += FIRST_PAUSE
    assert post.look() == []
    assert sorted(name for name, _ in post.taken) == ["first", "first", "second", "second"]
    assert Outbox(post.folder).troubles == {}


def test_pauses_grow_up_to_an_hour(post):
    post.down = {"first"}
    tries = []
    for _ in range(12):
        before = len(post.tried)
        post.look(event(1))
        while len(post.tried) == before:
            post.now += timedelta(seconds=15)
            post.look()
        tries.append(post.now)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (FIRST_PAUSE, LONGEST_PAUSE)


def test_an_alert_that_a_sink_never_takes_does_not_stop_the_others(post):
    post.poison = event(1).id
    for number in (1, 2, 3):
        post.look(event(number))
        post.now += LONGEST_PAUSE
    post.look()
    assert {message for _, message in post.taken} == {event(2).id, event(3).id}


def test_killed_between_sending_and_noting_it_is_sent_as_the_same(post):
    outbox, sent = Outbox(post.folder), []
    outbox.note([event(1)], SETTINGS, post.now)

    def killed(sink, message):
        sent.append((sink.name, message.id))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.send(SETTINGS, (), lambda: post.now, killed)
    post.look()
    assert sent[0] in post.taken


def test_a_sink_that_is_set_up_later_is_told_of_what_stands_only(post):
    old, stands = event(1), event(2, "held")
    only_first = Alerts(sinks=SETTINGS.sinks[:1])
    post.look(old, stands, settings=only_first, standing=[stands])
    post.look(old, stands, standing=[stands])
    assert [message for name, message in post.taken if name == "second"] == [stands.id]


def test_a_sink_gets_only_the_events_that_it_asks_for(post):
    few = Alerts(sinks=(File(kind="file", name="first", events=("held",)),))
    post.look(event(1), event(2, "held"), settings=few, standing=[event(1)])
    assert post.taken == [("first", event(2, "held").id)]


def test_given_up_in_the_end_and_forgotten_later(post):
    post.down = {"first", "second"}
    post.look(event(1), event(2, "held"))
    post.down, post.now = set(), post.now + GIVEN_UP_AFTER + timedelta(seconds=1)
    post.look()
    assert post.taken == []
    post.now += KEPT
    Outbox(post.folder).forget({event(2, "held").key}, post.now)
    assert [note.event.key for note in Outbox(post.folder).notes()] == ["held:2"]
