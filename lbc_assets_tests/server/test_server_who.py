"""Signing in: by the printed link, and as the proxy says."""

import pytest
from asgi_kit import STEWARDS, VIEWERS, ask, headers_of

from lbc_assets.keys import KeyNotUsable
from lbc_assets.server.origin import Origins
from lbc_assets.server.who import ByProxy, Links, Role, door_of, proxy_key
from lbc_assets.settings import Server

HOST = "lbc.example.org"
KEY = "k" * 64


def _page(site, target="/assets", port=STEWARDS, **headers):
    return ask(site.guard, target, port=port, headers={"host": f"127.0.0.1:{port}", **headers})


def test_nobody_is_signed_in_by_himself(site):
    answer = _page(site)
    assert answer.status == 401
    assert "Open the link that" in answer.text
    assert site.post("{ version }", cookie=None).status == 401
    assert site.post("{ version }", cookie="lbc-steward-3000=guess").status == 401
    assert site.dagster.asked == []


def test_the_link_signs_in_and_leaves_no_secret_in_the_address(site):
    answer = _page(site, f"/assets?token={site.links.steward}&view=list")
    assert (answer.status, answer.headers["location"]) == (303, "/assets?view=list")
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert attributes == ["HttpOnly", "SameSite=Strict", "Path=/"]
    assert site.links.steward not in cookie
    assert _page(site, cookie=cookie).status == 200
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("target", ["/?token=", "/?token=guess", "/?token=%C3%A9", "/?token=\u00e9"])
def test_another_token_signs_nobody_in(site, target):
    answer = _page(site, target)
    assert answer.status == 401
    assert "set-cookie" not in answer.headers


def test_a_viewers_link_and_cookie_are_worth_nothing_at_the_stewards_address(site):
    assert _page(site, f"/?token={site.links.viewer}").status == 401
    assert _page(site, cookie=site.cookie(Role.VIEWER)).status == 401
    stolen = site.cookie(Role.VIEWER).replace("viewer-3001", "steward-3000")
    assert _page(site, cookie=stolen).status == 401
    # and a steward is a viewer at the viewers'
    assert _page(site, port=VIEWERS, cookie=site.cookie(Role.STEWARD)).status == 401


def test_a_cookie_of_another_program_does_not_hide_ours(site):
    assert _page(site, cookie=f'other={{"a": 1}}; {site.cookie(Role.STEWARD)}').status == 200


def test_each_start_has_other_links(tmp_path, site):
    home = site.guard.home
    first, second = Links.new(), Links.new()
    assert len({first.steward, first.viewer, second.steward, second.viewer}) == 4
    first.write(home)
    assert (home.dagster / "ui.links").stat().st_mode & 0o077 == 0
    assert Links.read(home) == first
    Links.forget(home)
    assert list(home.dagster.iterdir()) == []


@pytest.fixture
def behind(site):
    """The same guard behind a proxy, of which anna is a steward."""
    settings = Server(proxy=True, hosts=(HOST,), stewards=("anna",))
    return site.but(origins=Origins.of(settings), door=ByProxy(KEY, frozenset(settings.stewards)))


def _behind(site, user="anna", key=KEY, port=STEWARDS, target="/assets"):
    given = {"host": HOST, "x-lbc-user": user, "x-lbc-proxy-key": key}
    return ask(
        site.guard, target, port=port, headers={name: value for name, value in given.items() if value is not None}
    )


def test_the_proxy_is_believed_by_its_key_alone(behind):
    assert _behind(behind).status == 200
    for key in (None, "", "guess", KEY[:-1], KEY + "k"):
        assert _behind(behind, key=key).status == 401
    assert _behind(behind, user=None).status == 401
    # the link of loopback is none here
    assert _behind(behind, key=None, target=f"/?token={behind.links.steward}").status == 401


@pytest.mark.parametrize("user", ["", "anna\t", "<script>", "a" * 65, "anna,root", "ann\u00e4", '"anna"'])
def test_a_name_of_other_signs_is_nobody(behind, user):
    assert _behind(behind, user=user).status == 401


def test_who_is_no_steward_is_a_viewer(behind):
    logs = {"target": "/logs/x"}
    assert _behind(behind, **logs).status == 200
    assert _behind(behind, user="ben", **logs).status == 403
    assert _behind(behind, user="Anna", **logs).status == 403
    # at the viewers' address stewards are viewers, too
    assert _behind(behind, port=VIEWERS, **logs).status == 403


def test_behind_a_proxy_a_name_of_loopback_is_none(behind):
    headers = headers_of(STEWARDS, x_lbc_user="anna", x_lbc_proxy_key=KEY)
    assert ask(behind.guard, "/assets", headers=headers).status == 421


def test_the_settings_choose_the_door(site):
    home = site.guard.home
    (home.root / "settings.yaml").write_text("server: {proxy: true, hosts: [lbc.example.org], stewards: [anna]}\n")
    door = door_of(home)
    assert isinstance(door, ByProxy)
    assert door.key == proxy_key(home)
    assert (home.root / "proxy.key").stat().st_mode & 0o077 == 0
    (home.root / "proxy.key").chmod(0o644)
    with pytest.raises(KeyNotUsable, match="chmod 600"):
        door_of(home)
