"""``quietlegs unlock``: the way back in when the PIN of the app's lock is forgotten."""

import click

from quietlegs.cli.output import json_option, print_json, tell


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Take the app's lock off. The diary stays as it is; set a new PIN in the app, under Devices.

    It asks for no PIN: whoever may run it here may read the diary's file anyway.

    \b
    quietlegs unlock
    """
    from quietlegs.web.store import open_store

    open_store()
    from quietlegs.web.accounts.lock_actions import remove_lock

    was_locked = remove_lock()
    if as_json:
        print_json({"removed": was_locked})
    else:
        tell("The app has no lock any more." if was_locked else "The app has no lock.")
