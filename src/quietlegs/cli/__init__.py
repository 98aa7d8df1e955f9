"""The command line: one module per verb. It parses words, calls a room below, and prints.

A verb's module is imported only when the verb is used, so that ``quietlegs --help`` answers at once.
"""

import importlib
import os
import sys
from pathlib import Path

import click

from quietlegs.version import __version__

# verb -> the module that holds it, and its line in ``quietlegs --help``
VERBS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Serve the app on this computer."),
    "triggers": ("triggers", "What changes my nights."),
    "simulate": ("simulate", "Make a diary whose truth is known."),
    "cohort": ("cohort", "Many diaries or experiments together."),
    "experiment": ("experiment", "Try a remedy on yourself, fairly."),
    "log": ("log", "Record a night."),
    "check": ("check", "Is it dangerous, and what may it be?"),
    "medicines": ("medicines", "What these medicines may do to legs at night."),
    "plan": ("plan", "What to do this week."),
    "import": ("importing", "Read nights from files."),
    "export": ("exporting", "Write the whole diary, in open formats."),
    "backup": ("backup", "A checked copy of everything, also while the app runs."),
    "restore": ("restore", "Back from a backup; what it replaces is kept."),
    "token": ("token", "Let another program write to the diary."),
    "pair": ("pair", "A code that lets one more device in."),
    "unlock": ("unlock", "Take the app's lock off when its PIN is forgotten."),
    "completion": ("completion", "Complete words by the Tab key."),
    "report": ("report", "The doctor's page, as PDF, FHIR or text."),
    "ask": ("ask", "Answer a question from the evidence."),
    "article": ("article", "Check a page claim by claim."),
}


class Verbs(click.Group):
    """The verbs, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order that a person meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb's command, or None for a word that is no verb."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"quietlegs.cli.{VERBS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="quietlegs")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="QUIETLEGS_DATA",
    help="The data folder. Otherwise the system's usual place.",
)
def group(data: Path | None) -> None:
    """For people whose legs keep them awake: a night diary that finds out what helps.

    \b
    quietlegs serve                  open the app at http://127.0.0.1:8000
    quietlegs log --quiet            note that last night was quiet
    quietlegs triggers DIARY.csv     what changes my nights
    """
    if data is not None:
        os.environ["QUIETLEGS_DATA"] = str(data)


def main() -> None:
    """Run the command line. Bad input never ends in a traceback."""
    from quietlegs.cli.faults import told_plainly

    os.umask(0o077)  # what is written here is about a person's health: for its owner's eyes
    with told_plainly():
        group.main(prog_name="quietlegs", standalone_mode=True)
    sys.exit(0)
