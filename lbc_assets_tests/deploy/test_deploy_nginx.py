"""The real nginx in front of a real server: passwords, names, roles, TLS."""

import http.client
import socket
import ssl

import pytest
from deploy_kit import HOST

from lbc_assets.assets.standing import standing_specs

WAVE = "baseline-2015"
REPORT = f"/reports/{WAVE}/report.html"
LAUNCH = """mutation($p: ExecutionParams!) { launchPipelineExecution(executionParams: $p) {
  __typename ... on PythonError { message } } }"""
RUN = {
    "selector": {
        "repositoryName": "__repository__",
        "repositoryLocationName": "lbc_assets.definitions",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": ["deliveries"]}],
        # as the UI asks for it: a step makes its checks
        "assetCheckSelection": [
            {"assetKey": {"path": [spec.asset_key.to_user_string()]}, "name": spec.name} for spec in standing_specs()
        ],
    },
    "mode": "default",
    "runConfigData": "{}",
}


def _launch(site, user, **headers):
    return site.ask("/graphql", user, method="POST", body={"query": LAUNCH, "variables": {"p": RUN}}, **headers)


def test_it_says_who_is_a_steward(site):
    assert f"https://{site.host} (web server and daemon healthy)" in site.said
    assert "Stewards: anna; everybody else is a viewer." in site.said


def test_without_a_password_nobody_sees_anything(site):
    for target in ("/", REPORT, "/graphql", "/_next/static/x.js", "/nowhere"):
        status, headers, text = site.ask(target)
        assert status == 401
        assert headers["www-authenticate"].startswith("Basic")
        assert "lbc_assets" not in text
    assert site.ask(REPORT, "ben", password="guess")[0] == 401


def test_a_viewer_reads_the_report_and_starts_nothing(site):
    status, headers, text = site.ask(REPORT, "ben")
    assert status == 200
    assert "Synthetic data" in text
    assert "script-src" not in headers["content-security-policy"]
    status, _, text = _launch(site, "ben")
    assert status == 403
    assert "viewers change nothing" in text
    assert site.ask("/logs/x.err", "ben")[0] == 403


def test_a_steward_starts_a_run_and_it_is_written_down(site, lbc_at):
    status, _, text = _launch(site, "anna")
    assert status == 200
    assert "LaunchRunSuccess" in text
    listed = lbc_at(site.home)("audit").stdout.splitlines()
    assert "anna (steward)  launchPipelineExecution job=__ASSET_JOB assets=deliveries" in listed[-1]
    assert any("ben (viewer)  launchPipelineExecution  refused" in line for line in listed)


@pytest.mark.parametrize("name", ["X_LBC_User", "x_lbc_user", "X_Lbc_USER"])
def test_a_name_that_the_browser_sends_is_not_believed(site, name):
    key = (site.folder / "etc/proxy-key.conf").read_text().split('"')[1]
    for more in ({}, {"X_LBC_Proxy_Key": key}):
        assert _launch(site, "ben", **{name: "anna"}, **more)[0] == 403


def test_past_the_proxy_nobody_is_believed(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", "/", headers={"Host": site.host, "X-LBC-User": "anna"})
    assert connection.getresponse().status == 401


def test_another_sites_page_is_refused_with_a_stewards_password(site):
    assert _launch(site, "anna", Origin="https://evil.example")[0] == 403
    assert _launch(site, "anna", Content_Type="text/plain")[0] == 415
    assert site.ask("/", "anna", Host="evil.example")[0] in (403, 421)


def test_plain_http_leads_to_https(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.http, timeout=60)
    connection.request("GET", f"{REPORT}?x=1", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{site.host}{REPORT}?x=1")


def _shake(site, version, name=HOST):
    tls = site.tls()
    tls.minimum_version, tls.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version
    tls.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", site.https), 60) as plain,
        tls.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.version()


def test_tls_is_of_this_decade(site):
    assert _shake(site, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert _shake(site, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
        _shake(site, ssl.TLSVersion.TLSv1_1)


def test_another_name_is_not_answered(site):
    with pytest.raises(ssl.SSLError):
        _shake(site, ssl.TLSVersion.TLSv1_3, "evil.example")


def test_headers_come_once_and_say_no_version(site):
    for user in (None, "ben"):
        _, headers, _ = site.ask("/", user)
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["server"] == "nginx"
    assert headers["cache-control"] == "no-store"


def test_the_ui_is_whole_behind_it(site):
    status, headers, text = site.ask("/assets", "ben")
    assert status == 200
    assert "connect-src 'self'" in headers["content-security-policy"]
    script = text.split('src="/_next/static/chunks/main-')[1].split('"')[0]
    assert site.ask(f"/_next/static/chunks/main-{script}", "ben")[0] == 200
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec_WebSocket_Protocol": "graphql-ws",
    }
    assert site.ask("/graphql", "anna", **handshake, Origin=f"https://{site.host}")[0] == 101
    assert site.ask("/graphql", "anna", **handshake, Origin="https://evil.example")[0] == 403


def test_a_large_body_and_a_flood_are_refused(site):
    assert site.ask("/graphql", "anna", method="POST", body={"query": " " * (2 << 20)})[0] == 413
