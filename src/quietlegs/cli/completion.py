"""``quietlegs completion``: what a shell needs to complete verbs and options by the Tab key."""

import click

HOW = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/quietlegs.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(HOW)))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    quietlegs completion bash >> ~/.bashrc
    quietlegs completion zsh >> ~/.zshrc
    quietlegs completion fish > ~/.config/fish/completions/quietlegs.fish
    """
    from click.shell_completion import get_completion_class

    from quietlegs.cli import group

    found = get_completion_class(shell)
    assert found is not None, "click completes these shells"
    # The script itself, not click's version check, which runs bash and speaks to stderr.
    script = found(group, {}, "quietlegs", "_QUIETLEGS_COMPLETE")
    click.echo(script.source_template % script.source_vars())
