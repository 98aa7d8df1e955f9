"""``quietlegs serve``: the app on this computer."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

import click

from quietlegs.cli.output import tell


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.option("--demo", is_flag=True, help="A simulated example diary in a throw-away folder.")
def command(host: str, port: int, demo: bool) -> None:
    """Prepare the data folder and serve the app.

    \b
    quietlegs serve                  http://127.0.0.1:8000, for this computer alone
    quietlegs serve --demo           look around in an example first
    quietlegs --data ~/diary serve   keep everything in that folder
    """
    with _throw_away_folder() if demo else contextlib.nullcontext():
        from quietlegs.web.server import check_address, prepare, serve

        check_address(host, port)  # before anything takes time
        if demo:
            prepare()
            from django.utils import timezone

            from quietlegs.web.diary.demo import fill_example

            fill_example(now=timezone.now())
        serve(host=host, port=port, when_ready=lambda: _say_where(host, port, demo=demo))


def _say_where(host: str, port: int, *, demo: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    tell(f"Quietlegs is at http://{shown}:{port}  (stop it with Ctrl+C)")
    if demo:
        tell("This is an example with simulated nights. It is thrown away when you stop.")


@contextlib.contextmanager
def _throw_away_folder() -> Iterator[None]:
    """Use a new folder as the data folder, and remove it at the end."""
    folder = tempfile.mkdtemp(prefix="quietlegs-demo-")
    os.environ.update(QUIETLEGS_DATA=folder, QUIETLEGS_DEMO="1")
    maker = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == maker:  # the server's workers are copies of this process, and end here too
            shutil.rmtree(folder, ignore_errors=True)
