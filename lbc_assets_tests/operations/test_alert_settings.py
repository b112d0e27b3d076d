"""What settings.yaml may say of alerts, and what it may not; no refusal repeats what stands there."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from lbc_assets.settings import Home, SettingsNotValid

MAIL = {"kind": "smtp", "name": "mail", "host": "mail.example.org", "sender": "a@example.org",
        "recipients": ["b@example.org"]}  # fmt: skip
HOOK = {"kind": "webhook", "name": "hook"}
LINE_END = "b@example.org\nBcc: c@example.org"


def settings(tmp_path, **said):
    home = Home(tmp_path)
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(said))
    return home.settings()


def test_nothing_is_sent_unless_settings_say_so(tmp_path):
    assert Home(tmp_path).settings().alerts.sinks == ()


def test_all_three_kinds_and_due_dates(tmp_path):
    login = {"username": "lbc", "password_file": "/etc/lbc/smtp"}
    sinks = [{**MAIL, **login}, {**HOOK, "address": "https://example.org/x"}, {"kind": "file", "name": "log"}]
    said = settings(
        tmp_path, alerts={"sinks": sinks}, freshness={"expected_waves": {"followup-2026": date(2026, 9, 30)}}
    )
    assert [sink.kind for sink in said.alerts.sinks] == ["smtp", "webhook", "file"]
    assert said.freshness.expected_waves == {"followup-2026": date(2026, 9, 30)}


@pytest.mark.parametrize(
    ("sink", "named"),
    [
        ({**MAIL, "password": "hunter2"}, "password"),
        ({**MAIL, "username": "hunter2"}, "password_file"),
        ({**MAIL, "username": "hunter2", "password_file": "/x", "security": "none"}, "security"),
        ({**MAIL, "recipients": []}, "recipients"),
        ({**MAIL, "recipients": [LINE_END]}, "recipients"),
        ({**MAIL, "kind": "pigeon"}, "sinks.0"),
        (HOOK, "address"),
        ({**HOOK, "address": "https://lbc:hunter2@example.org/"}, "address"),
        ({**HOOK, "address": "file:///etc/passwd"}, "address"),
        ({**HOOK, "address": "https://example.org", "address_variable": "X"}, "address"),
        ({**HOOK, "address": "https://example.org", "name": "../x"}, "name"),
    ],
)
def test_what_is_refused_is_named_and_not_repeated(tmp_path, sink, named):
    with pytest.raises(SettingsNotValid) as problem:
        settings(tmp_path, alerts={"sinks": [sink]})
    assert named in str(problem.value)
    assert "hunter2" not in str(problem.value)


def test_two_sinks_have_two_names(tmp_path):
    with pytest.raises(SettingsNotValid, match="a name stands twice"):
        settings(tmp_path, alerts={"sinks": [MAIL, MAIL]})


def test_no_wave_is_expected_that_could_not_be(tmp_path):
    with pytest.raises(SettingsNotValid, match="expected_waves"):
        settings(tmp_path, freshness={"expected_waves": {"../x": date(2026, 1, 1)}})
