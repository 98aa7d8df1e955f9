"""``quietlegs pair``: a code that lets one more device in."""

import click

from quietlegs.cli.output import json_option, print_json, tell


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Make a code that pairs one device within 10 minutes. Codes made before stop working.

    The app shows one too, under Devices. This is for a computer without a screen, or behind a proxy, where the app
    cannot know that it is you.

    \b
    quietlegs pair
    """
    from quietlegs.web.store import open_store

    open_store()
    from django.utils import timezone

    from quietlegs.web.accounts.actions import CODE_LASTS, make_pairing_code

    now = timezone.now()
    code = make_pairing_code(now=now)
    if as_json:
        print_json({"code": code, "ends_at": (now + CODE_LASTS).isoformat(timespec="seconds")})
    else:
        tell("Open Quietlegs on the other device and type this code. It works once, for 10 minutes:")
        click.echo(code)
