"""Requests that do not come from our own pages: other hosts, other sites, forms, and whatever is not plain."""

import pytest
from asgi_kit import STEWARDS, ask, headers_of

from lbc_assets.server.asked import BODY_BYTES_MOST
from lbc_assets.server.who import Role

QUERY = "{ version }"
OURS = f"http://127.0.0.1:{STEWARDS}"


@pytest.mark.parametrize(
    "other",
    [
        {"host": "evil.example"},
        {"host": "evil.example:3000"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:3001"},
        {"host": "127.0.0.1:3000.evil.example"},
        {"host": None},
    ],
)
def test_another_host_is_not_answered(site, other):
    assert site.post(QUERY, **other).status == 421
    assert site.dagster.asked == []


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:3000"},
        {"origin": "http://127.0.0.1:3001"},
        {"origin": "http://localhost:3000"},
        {"origin": f"{OURS}.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": None, "sec_fetch_site": "same-site"},
        {"origin": None, "sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"},
    ],
)
def test_another_sites_page_is_refused_with_a_stewards_cookie(site, other):
    assert site.post(QUERY, **other).status == 403
    assert site.dagster.asked == []


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/plain; application/json",
        "application/json, text/plain",
    ],
)
def test_only_json_is_asked_for(site, kind):
    assert site.post(QUERY, content_type=kind).status == 415
    assert site.dagster.asked == []


def test_our_own_page_is_answered(site):
    assert site.post(QUERY).json == site.dagster.answer
    assert site.post(QUERY, host="localhost:3000", origin="http://localhost:3000").status == 200
    # a program without a browser, with the cookie
    assert site.post(QUERY, origin=None, sec_fetch_site=None).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_graphql_is_asked_for_with_post_alone(site, method):
    answer = site.get("/graphql?query={version}", method=method)
    assert answer.status == 405
    assert site.dagster.asked == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_pages_are_only_read(site, method):
    assert site.get("/assets", method=method).status == 405


def test_another_page_may_lead_here_by_a_link_and_embed_nothing(site):
    navigates = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert site.get("/assets", **navigates, sec_fetch_dest="document").status == 200
    assert site.get("/assets", **navigates, sec_fetch_dest="iframe").status == 403
    assert (
        site.get("/logs/x", sec_fetch_site="same-site", sec_fetch_mode="no-cors", sec_fetch_dest="image").status == 403
    )


@pytest.mark.parametrize("name", ["host", "origin", "content-type", "cookie", "x-lbc-user"])
def test_a_header_that_comes_twice_is_refused(site, name):
    headers = headers_of(STEWARDS, cookie=site.cookie(Role.STEWARD), x_lbc_user="anna")
    twice = [(name.encode(), headers[name].encode())]
    answer = ask(site.guard, "/graphql", method="POST", headers=headers, body=b'{"query": "{version}"}', more=twice)
    assert answer.status == 400
    assert site.dagster.asked == []


@pytest.mark.parametrize(
    "path", ["/../x", "/a/../b", "/./x", "//logs/x", "/a\\b", "/<script>", "/a\x00b", "/a\nb", "/%2e%2e/x", '/"x']
)
def test_a_path_that_is_not_plain_is_no_page(site, path):
    assert site.get(path).status in (404, 400)
    assert site.dagster.asked == []


def test_a_body_is_bounded(site):
    assert site.post(b'{"query": "' + b" " * BODY_BYTES_MOST + b'"}').status == 413
    assert site.post(QUERY, content_length=str(BODY_BYTES_MOST + 1)).status == 413
    assert site.post(QUERY, content_length="-1").status == 413
    assert site.dagster.asked == []
