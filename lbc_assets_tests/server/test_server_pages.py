"""Pages beside Dagster's, the headers of every answer, and the audit log."""

import json
import os

import pytest
from asgi_kit import ask
from click.testing import CliRunner

from lbc_assets.cli.main import lbc
from lbc_assets.server.audit import AuditLog, NotWritten
from lbc_assets.server.guard import CLOSED, FOR_STEWARDS
from lbc_assets.server.headers import policy
from lbc_assets.server.who import Person, Role
from lbc_assets.settings import HOME_VARIABLE
from lbc_assets.warehouse.snapshots import Snapshot
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"
STOP = 'mutation { terminateRun(runId: "x") { __typename } }'


@pytest.fixture
def released(site):
    """A report of a published wave, and what lies beside it in the home."""
    home = site.guard.home
    snapshot = Snapshot(wave=WAVE)
    Warehouse(home).snapshots.publish(WAVE, snapshot)
    folder = home.releases / WAVE / snapshot.id
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>The report</h1>")
    (folder / "secret.html").write_text("no page")
    (home.root / "pseudonym.key").write_bytes(b"k" * 32)
    return site


@pytest.mark.parametrize("role", Role)
def test_a_published_page_is_served(released, role):
    answer = released.get(f"/reports/{WAVE}/report.html", role)
    assert (answer.status, answer.text) == (200, "<h1>The report</h1>")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    listed = released.get("/reports/", role)
    assert f'href="/reports/{WAVE}/report.html"' in listed.text
    assert released.get("/reports").headers["location"] == "/reports/"
    assert released.dagster.asked == []


@pytest.mark.parametrize(
    "path",
    [
        f"{WAVE}/comparison.html",
        f"{WAVE}/secret.html",
        f"{WAVE}/",
        WAVE,
        "other/report.html",
        f"{WAVE}/x/report.html",
        "_between/report.html",
        "../pseudonym.key",
        f"{WAVE}/../../../pseudonym.key",
    ],
)
def test_nothing_else_of_the_home_is_a_page(released, path):
    answer = released.get(f"/reports/{path}")
    assert answer.status == 404
    assert released.dagster.asked == []


def test_no_report_is_said(site):
    assert "No wave is published yet" in site.get("/reports/").text


def test_the_catalogue_is_served_once_it_is_built(site):
    assert "lbc catalogue" in site.get("/catalogue/").text
    assert site.get("/catalogue/").status == 404
    folder = site.guard.home.catalogue / "versions" / "1"
    folder.mkdir(parents=True)
    (site.guard.home.catalogue / "current").symlink_to("versions/1")
    for name in ("index.html", "style.css", "notes.sqlite"):
        (folder / name).write_text(name)
    (site.guard.home.root / "outside.html").write_text("outside")
    (folder / "link.html").symlink_to(site.guard.home.root / "outside.html")
    assert site.get("/catalogue/").text == "index.html"
    assert site.get("/catalogue/style.css", Role.VIEWER).headers["content-type"].startswith("text/css")
    assert "'unsafe-eval'" not in site.get("/catalogue/").headers["content-security-policy"]
    for path in ("notes.sqlite", "../outside.html", "link.html", "tables/x.html", "//outside.html"):
        assert site.get(f"/catalogue/{path}").status == 404
    assert site.dagster.asked == []


@pytest.mark.parametrize("folder", sorted(CLOSED))
def test_closed_parts_of_dagster_are_closed_to_everybody(site, folder):
    for role in Role:
        assert site.get(f"/{folder}/x", role).status == 403
        assert site.get(f"/{folder}", role).status == 403
    assert site.dagster.asked == []


@pytest.mark.parametrize("folder", sorted(FOR_STEWARDS))
def test_logs_are_for_stewards(site, folder):
    assert site.get(f"/{folder}/x", Role.VIEWER).status == 403
    assert site.dagster.asked == []
    assert site.get(f"/{folder}/x").status == 200


@pytest.mark.parametrize("target", ["/assets", "/nowhere/..", "/reports/", "/graphql", "/?token=guess"])
def test_every_answer_has_the_headers(site, target):
    for answer in (site.get(target), ask(site.guard, target, headers={"host": "evil.example"})):
        given = answer.headers
        assert given["x-content-type-options"] == "nosniff"
        assert given["x-frame-options"] == "DENY"
        assert given["referrer-policy"] == "no-referrer"
        assert given["cross-origin-opener-policy"] == given["cross-origin-resource-policy"] == "same-origin"
        assert given["permissions-policy"].startswith("camera=()")
        assert "frame-ancestors 'none'" in given["content-security-policy"]
        assert given["cache-control"] == "no-store"
        assert "server" not in given
        assert "x-dagster-call-counts" not in given
        assert "strict-transport-security" not in given


def test_files_of_the_program_may_be_kept_and_load_one_another(site):
    given = site.get("/_next/static/x.js").headers
    assert given["cache-control"] == "private, max-age=3600"
    # a worker has the policy of its own file
    assert given["content-security-policy"].startswith("default-src 'self';")


def test_dagsters_policy_keeps_its_nonce_and_is_narrowed():
    given = "base-uri 'none'; script-src 'nonce-abc' 'strict-dynamic'; style-src 'self';"
    said = policy(given, "/assets")
    assert said.startswith(given.rstrip(";"))
    assert said.count("base-uri") == said.count("style-src") == 1
    for part in ("default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"):
        assert part in said


def test_what_cannot_be_written_down_does_not_run(site):
    site.guard.home.audit.mkdir(parents=True)
    answer = site.post(STOP)
    assert "the audit log cannot be written" in answer.json["errors"][0]["message"]
    assert site.dagster.asked == []


def test_a_note_is_whole_or_not_there(tmp_path, monkeypatch):
    log = AuditLog(tmp_path / "audit.jsonl")
    person = Person("anna", Role.STEWARD)
    log.asked(person, [], "allowed")
    whole = (tmp_path / "audit.jsonl").read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:9]))
    with pytest.raises(NotWritten, match="No space left"):
        log.asked(person, [], "allowed")
    assert (tmp_path / "audit.jsonl").read_bytes() == whole


def test_the_log_is_listed(site):
    runner = CliRunner(env={HOME_VARIABLE: str(site.guard.home.root)})
    assert "Nobody has asked" in runner.invoke(lbc, ["audit"]).stderr
    site.post(STOP)
    site.post("mutation { setNuxSeen }", role=Role.VIEWER)
    assert site.guard.home.audit.stat().st_mode & 0o077 == 0
    answered, refused = runner.invoke(lbc, ["audit"]).stdout.splitlines()
    assert answered.endswith("steward (steward)  terminateRun  answered 200")
    assert refused.endswith("viewer (viewer)  setNuxSeen  refused")
    (line,) = runner.invoke(lbc, ["audit", "--json", "--limit", "1"]).stdout.splitlines()
    assert json.loads(line)["outcome"] == "refused"
    assert runner.invoke(lbc, ["proxy-key"]).stdout.startswith('proxy_set_header X-LBC-Proxy-Key "')
