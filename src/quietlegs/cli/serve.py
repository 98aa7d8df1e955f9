"""``quietlegs serve``: the app on this computer."""

import contextlib
import ipaddress
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from quietlegs.cli.output import tell

if TYPE_CHECKING:
    from quietlegs.web.phone.site import PhoneSite


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.option("--phone", is_flag=True, help="Let paired phones of the home network in too, encrypted.")
@click.option(
    "--phone-port",
    default=8443,
    show_default=True,
    type=click.IntRange(1, 65534),
    help="The port for phones. The next one shows them how to trust.",
)
@click.option("--demo", is_flag=True, help="A simulated example diary in a throw-away folder.")
def command(host: str, port: int, phone: bool, phone_port: int, demo: bool) -> None:
    """Prepare the data folder and serve the app.

    \b
    quietlegs serve                  http://127.0.0.1:8000, for this computer alone
    quietlegs serve --phone          and for your phone: scan the code that is shown
    quietlegs serve --demo           look around in an example first
    quietlegs --data ~/diary serve   keep everything in that folder
    """
    if demo and phone:
        raise click.UsageError(
            "The example is thrown away at the end, and with it what the phone trusts. Use --phone without --demo."
        )
    with _throw_away_folder() if demo else contextlib.nullcontext():
        from quietlegs.web.server import Served, check_address, phone_addresses, prepare, serve

        check_address(host, port)  # before anything takes time
        if phone:
            phone_addresses(port, phone_port)
        if demo:
            prepare()
            from django.utils import timezone, translation

            from quietlegs.web.diary.demo import fill_example
            from quietlegs.web.shell.languages import of_this_computer

            with translation.override(of_this_computer()):
                fill_example(now=timezone.now())

        def say(served: Served) -> None:
            _say_where(host, port, demo=demo)
            if served.phone and served.code:
                _say_phone(served.phone, served.code, is_new_authority=served.is_new_authority)

        serve(host=host, port=port, phone_port=phone_port if phone else None, when_ready=say)


def _say_where(host: str, port: int, *, demo: bool) -> None:
    from quietlegs.web.phone.addresses import home_addresses
    from quietlegs.web.server import EVERY_ADDRESS

    named = next(iter(home_addresses()), "127.0.0.1") if host in EVERY_ADDRESS else host
    shown = f"[{named}]" if ":" in named else named
    tell(f"Quietlegs is at http://{shown}:{port}  (stop it with Ctrl+C)")
    if host in EVERY_ADDRESS or not _is_this_computer(host):
        tell(
            "Other devices in the network need a code once: quietlegs pair. It is not encrypted; --phone is."
        )
    if demo:
        tell("This is an example with simulated nights. It is thrown away when you stop.")


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _say_phone(site: "PhoneSite", code: str, *, is_new_authority: bool) -> None:
    from quietlegs.web.phone.codes import qr_signs

    tell(f"For phones it is at {site.secure_url}")
    if is_new_authority:
        tell("This computer made new certificates: every phone has to install trust once, or once more.")
    if not sys.stderr.isatty():  # a log is no place for a code
        tell("To let one in, open Devices in the app on this computer.")
        return
    tell("Scan this with the phone's camera, in the same home network. It lets one phone in, for 10 minutes.")
    tell(qr_signs(site.link_with(code)))
    tell(f"No camera? Open {site.trust_url} on the phone. The code is {code}.")
    tell(f"Fingerprint, to compare on the phone:\n{site.fingerprint}")
    tell("For another code, open Devices in the app on this computer.")


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
