"""The published home behind ``lbc ui``, and a browser; made once. ``--pictures=FOLDER`` keeps what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from ui_kit import ARGUMENTS, CHROMIUM, Eyes, Ui

from lbc_assets.settings import Home

# a page is waited for until it shows what is expected of it; the machine may be busy
MILLISECONDS = 60_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, help="write the pictures of the README into this folder")


@pytest.fixture(scope="session")
def ui(published: Any, processes_of: Callable[[Home], dict[int, str]]) -> Iterator[Ui]:
    """`lbc ui` on the home in which the reference wave is published; nothing of it is left at its end."""
    running = Ui(published.home)
    yield running
    before = processes_of(published.home)
    assert running.end() == 0
    assert len(before) >= 3  # the two, and the server of definitions that either has
    assert processes_of(published.home) == {}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=MILLISECONDS)
        yield running
        running.close()


@pytest.fixture
def look(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Eyes]]:
    """Opens an address in a tab of its own, of a given size."""
    contexts = []

    def at(address: str, width: int = 1500, height: int = 900) -> Eyes:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1.25,
            # pictures look alike wherever they are made
            locale="en-GB",
            timezone_id="Asia/Shanghai",
            service_workers="block",
        )
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        eyes = Eyes(context, request.config.getoption("--pictures"))
        eyes.page.goto(address, timeout=MILLISECONDS)
        return eyes

    yield at
    for context in contexts:
        context.close()


@pytest.fixture
def look_at(ui: Ui, look: Callable[..., Eyes]) -> Iterator[Callable[..., Eyes]]:
    """Opens a page of the UI, as a steward. Whatever it is about: no request leaves the machine, no script fails."""
    yield from _looking(ui, look, viewer=False)


@pytest.fixture
def viewer_looks_at(ui: Ui, look: Callable[..., Eyes]) -> Iterator[Callable[..., Eyes]]:
    """The same as a viewer, at the viewers' address."""
    yield from _looking(ui, look, viewer=True)


def _looking(ui: Ui, look: Callable[..., Eyes], *, viewer: bool) -> Iterator[Callable[..., Eyes]]:
    opened: list[Eyes] = []

    def at(path: str, **size: int) -> Eyes:
        opened.append(look(ui.link(path, viewer=viewer), **size))
        return opened[-1]

    yield at
    for eyes in opened:
        assert eyes.requested
        assert eyes.asked_elsewhere(ui.viewers_address if viewer else ui.address) == []
        assert eyes.complaints == []
