"""The library: what is public, and what importing it costs."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import quietlegs

HEAVY = ("django", "numpy", "scipy", "yaml", "ninja", "pydantic")


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_quietlegs_brings_no_django_and_takes_under_half_a_second():
    told = run(
        "import sys, time\n"
        "begun = time.process_time()\n"  # of this process alone, however busy the computer is
        "import quietlegs\n"
        "print(time.process_time() - begun)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    ).splitlines()
    assert float(told[0]) < 0.5
    assert told[1] == "[]"


def test_no_public_name_brings_django():
    told = run(
        "import quietlegs, sys\n"
        "for name in quietlegs.__all__: getattr(quietlegs, name)\n"
        "print('django' in sys.modules)\n"
    )
    assert told == "False\n"


def test_every_public_function_is_typed_and_explained():
    for name in quietlegs.__all__:
        value = getattr(quietlegs, name)
        if inspect.isfunction(value):
            assert value.__doc__, name
            signature = inspect.signature(value)
            assert signature.return_annotation is not inspect.Signature.empty, name
            assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values()), (
                name
            )
        elif inspect.isclass(value):
            assert value.__doc__, name


def test_type_checkers_are_told_the_same_names_as_python():
    tree = ast.parse(Path(quietlegs.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    told = {alias.asname: node.module for node in guarded.body for alias in node.names}
    assert told == quietlegs._HOMES


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(quietlegs, "no_such_name")
