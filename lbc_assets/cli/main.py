"""The command ``lbc``: its groups, and what every error looks like.

Belongs here: the list of commands. Does not belong here: a command's work (its own file).
"""

from __future__ import annotations

import atexit
import importlib
import os

import click

from lbc_assets import __version__

# command -> (module, help): a module is imported only when its command is called
COMMANDS = {
    "refresh": ("refresh", "Refresh waves: from the inbox through gates to the report."),
    "codebook": ("codebook", "Propose a codebook for a file, or try one on it before delivering."),
    "deliver": ("deliver", "Deliver files: folder and manifest are made for you."),
    "deliveries": ("deliveries", "Show every delivery and what was answered to it."),
    "quarantine": ("deliveries", "Write the held rows of a wave to a file for its data manager."),
    "status": ("status", "Say which waves are published, held back, rejected or stale."),
    "alerts": ("alerts", "List what was told to whom; test the sinks."),
    "show": ("tables", "Show a published table."),
    "sql": ("tables", "Answer one SELECT over every published table."),
    "catalogue": ("catalogue", "Make the catalogue: every table and column, with its lineage, as a site of files."),
    "reference": ("reference", "Make or deliver the synthetic reference wave."),
    "ui": ("ui", "Open the Dagster UI on this machine."),
    "audit": ("audit", "List who asked the web server to change what."),
    "proxy-key": ("proxy", "Print what the proxy in front of the web server includes."),
}
FAULT = 1


class Commands(click.Group):
    """Commands by name, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(
            importlib.import_module(f"lbc_assets.cli.{COMMANDS[cmd_name][0]}"), cmd_name.replace("-", "_")
        )
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lbc")
def lbc() -> None:
    """From the questionnaires of left-behind children to the paper's tables.

    All state lives under LBC_HOME (default: var/ in a checkout, else your data folder).
    """


def _silence_stderr() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def main() -> None:
    """Entry point."""
    # duckdb 2.0's binding lists its own leaked instances on stderr while the interpreter shuts down;
    # registered first, this runs last of all exit functions
    atexit.register(_silence_stderr)
    lbc(prog_name="lbc")
