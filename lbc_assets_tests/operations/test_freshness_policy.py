"""Dagster's freshness policy, as it is: one of an asset. It knows no partition, and so no wave that is late."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import dagster as dg
from dagster._core.definitions import freshness_evaluator
from dagster._core.definitions.freshness_evaluator import TimeWindowFreshnessPolicyEvaluator

from lbc_assets.assets.release import SOME_WAVE_PUBLISHED
from lbc_assets.definitions import defs

NODE = SimpleNamespace(key=dg.AssetKey("published_wave"), freshness_policy_or_from_metadata=SOME_WAVE_PUBLISHED)


def _state(instance, after):
    """What the daemon would say so long after now."""
    later = freshness_evaluator.get_current_timestamp() + after.total_seconds()
    record = next(iter(instance.get_asset_records([NODE.key])), None)

    async def gen(*_):
        return record

    with (
        patch.object(freshness_evaluator, "get_current_timestamp", lambda: later),
        patch.object(freshness_evaluator.AssetRecord, "gen", gen),
    ):
        return asyncio.run(TimeWindowFreshnessPolicyEvaluator().evaluate_freshness(None, NODE)).value


def test_the_policy_is_that_of_the_published_wave_and_dagsters_daemon_looks_at_it():
    assert defs.resolve_asset_graph().get(NODE.key).freshness_policy == SOME_WAVE_PUBLISHED
    with dg.DagsterInstance.ephemeral() as instance:
        assert instance.freshness_enabled  # without a word in dagster.yaml


def test_one_wave_keeps_the_asset_fresh_whatever_became_of_another():
    with dg.DagsterInstance.ephemeral() as instance:
        assert _state(instance, timedelta()) == "UNKNOWN"
        instance.add_dynamic_partitions("wave", ["w1", "w2"])
        instance.report_runless_asset_event(dg.AssetMaterialization("published_wave", partition="w1"))
        # w2 was never published, and nothing says so
        assert _state(instance, timedelta(days=1)) == "PASS"
        assert _state(instance, timedelta(days=2 * 365 + 1)) == "WARN"
        assert _state(instance, timedelta(days=3 * 365 + 1)) == "FAIL"
