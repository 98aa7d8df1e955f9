"""``quietlegs backup``: a consistent copy while the app runs."""

from datetime import datetime
from pathlib import Path

import click

from quietlegs.cli.output import counted, json_option, print_json, tell


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@json_option
def command(file: Path, force: bool, as_json: bool) -> None:
    """Copy everything into one file, checked and with a checksum. The app may run meanwhile.

    \b
    quietlegs backup quietlegs-2026-03-01.backup
    quietlegs backup --force /media/stick/quietlegs.backup     every night from a timer
    quietlegs restore quietlegs-2026-03-01.backup              and back
    """
    from quietlegs.web.backup import back_up

    bar = click.progressbar(length=1, label="Copying", file=click.get_text_stream("stderr"))
    if as_json or not click.get_text_stream("stderr").isatty():
        made = back_up(file, now=datetime.now().astimezone(), replace=force)
    else:
        with bar:

            def show(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

            made = back_up(file, now=datetime.now().astimezone(), replace=force, on_progress=show)
    if as_json:
        print_json({"file": str(made.path), "nights": made.nights, "bytes": made.bytes})
    else:
        tell(f"{counted(made.nights, 'night')} backed up to {made.path}, and checked.")
