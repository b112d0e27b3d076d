"""``lbc deliver``: a delivery's folder, manifest included, for people who have only a file.

Belongs here: making the folder in the inbox, and the answer at once. Does not belong here: taking it in
(``launching.py``, ``intake/``).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

if TYPE_CHECKING:
    from lbc_assets.settings import Home

SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".xlsx": "xlsx", ".sav": "sav", ".zsav": "zsav"}
SUFFIXES |= {".dta": "dta", ".parquet": "parquet"}
# What a manifest has to say and a file cannot: asked for once, then taken from the wave's last delivery.
STATED = {
    "title": "--title",
    "survey_dates": "--survey-first and --survey-last",
    "sampling_frame": "--frame",
    "consent_version": "--consent-version",
    "ethics_approval": "--ethics-approval",
    "custodian": "--custodian",
    "retention_date": "--retention-date",
}
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _known(home: Home, wave: str) -> dict[str, Any]:
    """What the wave's latest manifest says that holds for its next delivery too."""
    from lbc_assets.intake.delivery import latest_delivery

    latest = latest_delivery(home.deliveries, wave)
    if latest is None:
        return {}
    return latest.manifest.model_dump(
        mode="json", include={*STATED, "synthetic", "schools", "linking"}, exclude_defaults=True
    )


def _manifest(
    wave: str, paths: tuple[Path, ...], codebook: Path, corrections: Path | None, said: dict[str, Any]
) -> dict[str, Any]:
    form = {name: said[name] for name in ("encoding", "delimiter", "sheet") if said[name] is not None}
    files: list[dict[str, Any]] = []
    for path in paths:
        kind = said["format"] or SUFFIXES.get(path.suffix.lower())
        if kind is None:
            raise click.ClickException(f"{path.name}: say what it is with --format ({', '.join(SUFFIXES.values())})")
        entry = {"path": path.name, "format": kind, "form": said["form"], **form}
        if said["second_entry"] and len(files) == 1:
            entry["second_entry_of"] = paths[0].name
        with path.open("rb") as stream:
            entry["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
        files.append(entry)
    manifest: dict[str, Any] = {"wave": wave, "codebook": codebook.name, "files": files}
    if corrections:
        if not said["reviewed_by"]:
            raise click.ClickException("corrections have to be reviewed: say by whom with --reviewed-by")
        version = said["corrections_version"]
        manifest["corrections"] = {"path": corrections.name, "version": version, "reviewed_by": said["reviewed_by"]}
    return manifest


def _stated(home: Home, wave: str, said: dict[str, Any]) -> dict[str, Any]:
    """The rest of the manifest: as told now, else as the wave's last delivery said."""
    known = _known(home, wave)
    told: dict[str, Any] = {
        name: said[name] for name in (*STATED, "synthetic") if name not in ("survey_dates", "sampling_frame")
    }
    if said["survey_first"] and said["survey_last"]:
        told["survey_dates"] = {"first": said["survey_first"], "last": said["survey_last"]}
    if said["frame"]:
        told["sampling_frame"] = {"id": said["frame"]}
    if bool(said["linking_approval"]) != bool(said["linking_key"]):
        raise click.ClickException(
            "linking needs both: who approved it (--linking-approval), and by which --linking-key"
        )
    if said["linking_key"]:
        told["linking"] = {"approval": said["linking_approval"], "key": said["linking_key"]}
    stated = {**known, **{name: value for name, value in told.items() if value}}
    if missing := [option for name, option in STATED.items() if name not in stated]:
        raise click.ClickException(f"the wave {wave} is new: tell the manifest {', '.join(missing)}")
    return stated


@click.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--wave", required=True, help="Wave id: lower-case letters, digits, '-' and '_', at most 40.")
@click.option("--codebook", required=True, type=FILE, help="Codebook of the files ('lbc codebook draft' proposes one).")
@click.option(
    "--format", "format_", type=click.Choice(sorted(set(SUFFIXES.values()))), help="By default the suffix says it."
)
@click.option("--encoding", help="Of text files: utf-8 (default), utf-8-sig, utf-16, gb18030, gbk.")
@click.option("--delimiter", help="Of text files: , (default) ; | or a tab.")
@click.option("--sheet", help="Of workbooks with several sheets: which one.")
@click.option("--form", default="child-questionnaire", show_default=True, help="Which form the files hold.")
@click.option("--second-entry", is_flag=True, help="The second file is the first one keyed in again (double entry).")
@click.option("--corrections", type=FILE, help="CSV of corrections: id, field, old, new, who, why.")
@click.option("--corrections-version", default="1", show_default=True, help="Version of the corrections.")
@click.option("--reviewed-by", help="Who reviewed the corrections.")
@click.option("--synthetic", is_flag=True, help="The answers are invented.")
@click.option("--title", help="Title of the wave (new waves).")
@click.option("--survey-first", help="First day of the survey, YYYY-MM-DD (new waves).")
@click.option("--survey-last", help="Last day of the survey, YYYY-MM-DD (new waves).")
@click.option("--frame", help="Id of the sampling frame (new waves).")
@click.option("--linking-approval", help="Who approved that children be linked to other waves; without it none is.")
@click.option("--linking-key", help="Name of the approved key; the codebook says where 'linking_key' stands.")
@click.option("--consent-version", help="Version of the consent form (new waves).")
@click.option("--ethics-approval", help="Committee and number of the approval (new waves).")
@click.option("--custodian", help="Who answers for the data (new waves).")
@click.option("--retention-date", help="Day by which the answers have to be deleted, YYYY-MM-DD (new waves).")
@click.option("--only-inbox", is_flag=True, help="Leave it in the inbox for the sensor or 'lbc refresh'.")
def deliver(paths: tuple[Path, ...], wave: str, codebook: Path, corrections: Path | None, **said: Any) -> None:
    """Deliver PATHS as one delivery of a wave: makes its folder in the inbox, manifest included, and says the answer.

    What the manifest needs beside the files is asked for once; later deliveries of the wave take it from the last.
    Exit status: 0 taken in, 2 rejected. 'lbc refresh WAVE' then takes it through the gates.
    """
    from lbc_assets.cli.deliveries import tell_of
    from lbc_assets.intake.inbox import DONE, MANIFEST
    from lbc_assets.launching import take_in
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.snapshots import WAVE_ID
    from lbc_assets.warehouse.store import Warehouse

    home = find_home().make()
    if not WAVE_ID.fullmatch(wave) or wave == DONE:
        raise click.ClickException(f"{wave[:60]!r} is no wave id: lower-case letters, digits, '-' and '_', at most 40")
    said["format"] = said.pop("format_")
    if said["second_entry"] and len(paths) != 2:
        raise click.ClickException("a double entry is two files: the first entry, then the second")
    names = [path.name for path in (*paths, codebook, *([corrections] if corrections else []))]
    if len(set(names)) < len(names) or MANIFEST in names:
        raise click.ClickException(f"the files need names of their own, and none is {MANIFEST}: {', '.join(names)}")
    folder = home.inbox / wave
    if folder.exists():
        raise click.ClickException(f"{folder} holds a delivery that is not taken in: move it away, or mend it there")
    manifest = {**_manifest(wave, paths, codebook, corrections, said), **_stated(home, wave, said)}
    # under a hidden name until it is whole: a watcher never sees half a delivery
    staging = Path(tempfile.mkdtemp(prefix=f".{wave}.", dir=home.inbox))
    try:
        for path in (*paths, codebook, *([corrections] if corrections else [])):
            shutil.copyfile(path, staging / path.name)
        text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)
        (staging / MANIFEST).write_text(text, encoding="utf-8")
        (staging / "wave.ok").touch()
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    click.echo(f"delivered: {folder}", err=True)
    if said["only_inbox"]:
        return
    store = Warehouse(home)
    intake = take_in(store, (wave,), wait=True)
    tell_of(store, intake)
    if rejection := intake.rejected.get(wave):
        click.echo(f"{wave}: rejected, nothing was taken in. Mend it in {folder}, or remove that folder.", err=True)
        for reason in rejection.reasons:
            click.echo(f"  {reason.place}: {reason.code}. {reason.remedy}", err=True)
        sys.exit(2)
    click.echo(f"next: lbc refresh {wave}", err=True)
