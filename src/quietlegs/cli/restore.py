"""``quietlegs restore``: back from a backup."""

from datetime import datetime
from pathlib import Path

import click

from quietlegs.cli.output import counted, json_option, print_json, tell


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Make a backup the diary. It is checked first; what it replaces is kept in the data folder.

    \b
    quietlegs restore quietlegs-2026-03-01.backup
    quietlegs --data NEW-FOLDER restore FILE        look at a backup without touching the diary
    """
    from quietlegs.web.backup import restore

    done = restore(file, now=datetime.now().astimezone())
    if as_json:
        print_json(
            {"nights": done.nights, "made_at": done.made_at, "kept": str(done.kept) if done.kept else None}
        )
        return
    tell(f"Back from {file}, made {done.made_at}: {counted(done.nights, 'night')}.")
    if done.kept:
        tell(f"The diary from before is kept in {done.kept}.")
