"""Run many commands, each in a process of its own, at the cost of starting Python once.

A parent imports what the commands need and forks for each of them: what they say, their exit status and any traceback
are those of a real process.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from tests.web.server import environment

SECONDS = 240


def commands(uses: list[list[str]], *, data: Path, cwd: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run each ``quietlegs`` command in turn, on one data folder."""
    asked = json.dumps(uses).encode("utf-8", "surrogatepass")
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.cli.forked", str(cwd)],
        input=asked,
        # Where the caller imports from, the child does too: the folder of the tests is one more.
        env={
            **environment(data),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")])),
        },
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [
        subprocess.CompletedProcess(words, status, out, err)
        for words, (status, out, err) in zip(uses, json.loads(done.stdout), strict=True)
    ]


def run_forked(words: list[str]) -> tuple[int, str, str]:
    """Run one command in a child process; return its exit status, stdout and stderr."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(_child(words))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return status, out.read().decode(errors="replace"), err.read().decode(errors="replace")


def _child(words: list[str]) -> int:
    from quietlegs.cli import main

    sys.argv = ["quietlegs", *words]
    status: object = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
        status = 1
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return status if isinstance(status, int) else (0 if status is None else 1)


def _serve_requests() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "quietlegs.web.settings"
    import django

    django.setup()
    import quietlegs.core.triggers
    import quietlegs.web.diary.actions  # noqa: F401

    os.chdir(sys.argv[1])
    uses = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    print(json.dumps([run_forked(words) for words in uses]))


if __name__ == "__main__":
    _serve_requests()
