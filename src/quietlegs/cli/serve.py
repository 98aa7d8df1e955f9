"""``quietlegs serve``: the app on this computer."""

import os
import shutil
import tempfile

import click

from quietlegs.cli.faults import Unreadable


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
    from quietlegs.web.server import DataFolderError, ServeError, serve

    folder = None
    if demo:
        folder = tempfile.mkdtemp(prefix="quietlegs-demo-")
        os.environ.update(QUIETLEGS_DATA=folder, QUIETLEGS_DEMO="1")
    click.echo(f"Quietlegs is at http://{host}:{port}  (stop it with Ctrl+C)", err=True)
    try:
        serve(host=host, port=port)
    except (DataFolderError, ServeError) as error:
        raise Unreadable(str(error)) from error
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
