"""``quietlegs token``: what lets another program write to the diary."""

import click

from quietlegs.cli.faults import Refused
from quietlegs.cli.output import json_option, print_json, tell


@click.command()
@click.argument("name", required=False)
@click.option("--revoke", is_flag=True, help="End the token of that name at once.")
@json_option
def command(name: str | None, revoke: bool, as_json: bool) -> None:
    """Make a token for the program NAME, or list the tokens in use. A token is shown once.

    \b
    quietlegs token phone                list it as "phone"; prints the token
    quietlegs token                      which tokens are in use
    quietlegs token phone --revoke
    curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8000/api/v1/nights
    """
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.web.store import open_store

    if revoke and name is None:
        raise click.UsageError("Say which token to end: quietlegs token NAME --revoke.")
    open_store()
    from django.utils import timezone

    from quietlegs.web.api import actions

    if name is None:
        _list(as_json=as_json)
        return
    try:
        if revoke:
            actions.revoke_token(name=name, now=timezone.now())
            answer = {"name": name, "revoked": True}
        else:
            answer = {"name": name, "token": actions.make_token(name=name, now=timezone.now())}
    except QuietlegsError as error:
        raise Refused(str(error)) from error
    if as_json:
        print_json(answer)
    elif revoke:
        tell(f"The token {name} is ended.")
    else:
        tell("Keep this token; it is not shown again:")
        click.echo(answer["token"])


def _list(*, as_json: bool) -> None:
    from quietlegs.web.api import queries

    tokens = [
        {
            "name": t.name,
            "made": f"{t.made_at:%Y-%m-%d}",
            "used": t.used_on.isoformat() if t.used_on else None,
        }
        for t in queries.tokens_in_use()
    ]
    if as_json:
        print_json({"tokens": tokens})
    elif not tokens:
        tell("No tokens are in use.")
    else:
        for token in tokens:
            click.echo(f"{token['name']}  made {token['made']}, last used {token['used'] or 'never'}")
