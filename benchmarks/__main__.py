"""Run benchmarks: ``python -m benchmarks`` lists them, ``python -m benchmarks NAME ...`` runs some, ``all`` runs all.

A benchmark is a module in this folder with a ``main()``; its first line says what it measures.
"""

import ast
import importlib
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).parent


def benchmarks() -> dict[str, str]:
    """Return {name: first line of its docstring}, read without importing anything."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        has_main = any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)
        if has_main and path.stem != "__main__":
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(arguments: list[str]) -> int:
    """Run what is asked for and return an exit code."""
    known = benchmarks()
    chosen = list(known) if arguments == ["all"] else arguments
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        if unknown:
            print(f"No benchmark is called {unknown[0]}. There are:", file=sys.stderr)
        for name, line in known.items():
            print(f"  {name:26} {line}")
        return 2 if unknown else 0
    failed = []
    for name in chosen:
        print(f"\n## {name}: {known[name]}\n", flush=True)
        started = time.perf_counter()
        sys.argv = [f"benchmarks.{name}"]  # some read their own arguments; here they run as usual
        try:
            importlib.import_module(f"benchmarks.{name}").main()
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"\n({name} took {time.perf_counter() - started:.0f} s)", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
