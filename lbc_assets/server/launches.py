"""Whether a run may be started as it is asked for: our jobs and assets, a wave that is there, and no configuration.

Belongs here: judging the arguments of Dagster's launching mutations. Does not belong here: which mutations there are
(``mutations.py``), what is known (``known.py``). Whatever is not looked at here is refused: a key that a newer Dagster
adds stays closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lbc_assets.reporting.inert import visible
from lbc_assets.runs.at_work import LAUNCHED_BY
from lbc_assets.server.known import Known
from lbc_assets.server.refusal import Refused

ASSET_JOB = "__ASSET_JOB"
NO_CONFIG = ("", "{}")
WAVE_TAGS = ("dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
# what the UI sets, and what it copies from a run that is run again; none of them decides where or as what a run runs
OTHER_TAGS = {
    "dagster/from_ui",
    "dagster/parent_run_id",
    "dagster/root_run_id",
    "dagster/is_resume_retry",
    "dagster/step_selection",
    "dagster/solid_selection",
    "dagster/sensor_name",
    "dagster/schedule_name",
    "dagster/run_key",
    "dagster/tick",
    "dagster/backfill",
    "dagster/partition_set",
    "dagster/will_retry",
    "dagster/retry_number",
    "dagster/auto_retry_run_id",
    LAUNCHED_BY,
}
TEXT_MOST = 200


@dataclass
class Told:
    """What the audit log says of a launch: names that we know, nothing as it was given."""

    job: set[str] = field(default_factory=set)
    waves: set[str] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)


def refused(what: str, remedy: str) -> Refused:
    """A refusal that the UI shows (GraphQL's own errors come with status 200)."""
    return Refused(200, f"Refused: {what}. {remedy}")


def shown(name: object) -> str:
    """A name as it was given, short and inert."""
    return repr(visible(str(name)[:60]))


class Launch:
    """Judges one mutation's arguments; ``told`` is what is known of it afterwards."""

    def __init__(self, known: Known) -> None:
        self.known, self.told = known, Told()

    def _only(self, given: Mapping[str, Any], keys: Iterable[str]) -> None:
        for key, value in given.items():
            if key not in keys and value not in (None, [], "", False):
                raise refused(f"{shown(key)} is not used here", "Leave it out.")

    def _wave(self, name: object) -> None:
        if not isinstance(name, str) or name not in self.known.waves:
            raise refused(
                f"{shown(name)} is no wave of which a delivery was taken in",
                "Choose one of the partitions that the page lists ('lbc deliveries' says why one is missing).",
            )
        self.told.waves.add(name)

    def _config(self, given: Any) -> None:
        if given and not (isinstance(given, str) and given.strip() in NO_CONFIG):
            raise refused(
                "runs take no configuration here", "Leave it empty; settings.yaml of the home has the limits."
            )

    def _text(self, given: Any) -> None:
        if given and (len(given) > TEXT_MOST or visible(given) != given):
            raise refused("a title or description is too long or hides signs", f"Use at most {TEXT_MOST} plain signs.")

    def _tags(self, tags: Iterable[Mapping[str, str]] | None) -> bool:
        """Whether they name a wave."""
        names_wave = False
        for tag in tags or ():
            key, value = tag["key"], tag["value"]
            if key in WAVE_TAGS:
                self._wave(value)
                names_wave = True
            elif key not in OTHER_TAGS:
                raise refused(f"the tag {shown(key)} is none of ours", "Start the run without it.")
            else:
                self._text(value)
        return names_wave

    def _assets(self, names: Iterable[str], what: str = "asset") -> set[str]:
        found = set()
        for name in names:
            if name not in self.known.assets:
                raise refused(f"{shown(name)} is no {what} of ours", "Choose one of those that the catalog lists.")
            found.add(name)
        self.told.assets |= found
        return found

    def _keys(self, keys: Iterable[Mapping[str, Any]] | None) -> set[str]:
        return self._assets("/".join(key["path"]) for key in keys or ())

    def _job(self, name: Any) -> str:
        if name not in self.known.jobs:
            raise refused(f"{shown(name)} is no job of ours", "Start one that the page lists.")
        self.told.job.add(name)
        return str(name)

    def _selector(self, given: Mapping[str, Any]) -> tuple[str, set[str]]:
        """The job, and the assets of it that are chosen."""
        here = ("repositoryName", "repositoryLocationName")
        self._only(given, (*here, "pipelineName", "jobName", "assetSelection", "assetCheckSelection", "solidSelection"))
        names = {given.get(key) for key in ("pipelineName", "jobName")} - {None}
        if len(names) != 1:
            raise refused("the run names no job, or two", "Start one from its page.")
        job = self._job(names.pop())
        chosen = self._keys(given.get("assetSelection"))
        for check in given.get("assetCheckSelection") or ():
            asset = "/".join(check["assetKey"]["path"])
            if (asset, check["name"]) not in self.known.checks:
                raise refused(f"{shown(check['name'])} is no check of ours", "Choose one that the page lists.")
            chosen |= self._assets([asset])
        return job, chosen | self._assets(given.get("solidSelection") or (), "step")

    def run(self, given: Mapping[str, Any]) -> None:
        """ExecutionParams."""
        self._only(given, ("selector", "runConfigData", "mode", "executionMetadata", "stepKeys"))
        job, chosen = self._selector(given["selector"])
        self._config(given.get("runConfigData"))
        if given.get("mode") not in (None, "", "default"):
            raise refused("our jobs have one mode", "Leave it out.")
        metadata = given.get("executionMetadata") or {}
        self._only(metadata, ("tags", "parentRunId", "rootRunId"))
        names_wave = self._tags(metadata.get("tags"))
        chosen |= self._assets(given.get("stepKeys") or (), "step")
        runs = chosen or (set() if job.startswith(ASSET_JOB) else self.known.jobs[job])
        if not runs:
            raise refused("the run names no asset", "Choose assets first.")
        if any(self.known.assets[name] for name in runs) and not names_wave:
            # it would start, and fail
            raise refused("the run names no wave", "Choose a partition.")

    def again(self, given: Mapping[str, Any]) -> None:
        """ReexecutionParams: the run of before with its own wave and assets, which were judged then."""
        self._only(given, ("parentRunId", "strategy", "extraTags", "useParentRunTags"))
        self._tags(given.get("extraTags"))

    def backfill(self, given: Mapping[str, Any]) -> None:
        """LaunchBackfillParams."""
        looked_at = ("selector", "partitionNames", "reexecutionSteps", "assetSelection", "fromFailure", "tags")
        self._only(given, (*looked_at, "title", "description", "runConfigData"))
        selector = given.get("selector")
        if selector is not None:
            self._job(str(selector.get("partitionSetName")).removesuffix("_partition_set"))
        self._keys(given.get("assetSelection"))
        if not selector and not self.told.assets:
            raise refused("the backfill names no job and no asset", "Choose assets first.")
        for name in given.get("partitionNames") or ():
            self._wave(name)
        if not self.told.waves:
            raise refused("the backfill names no wave", "Choose its partitions one by one.")
        self._assets(given.get("reexecutionSteps") or (), "step")
        self._config(given.get("runConfigData"))
        self._tags(given.get("tags"))
        for text in (given.get("title"), given.get("description")):
            self._text(text)
