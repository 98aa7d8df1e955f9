"""Quietlegs: a night diary that finds out what changes a person's nights.

The library, without the app::

    import quietlegs

    diary = quietlegs.load_diary("diary.csv")
    print(diary.nights[0].outcomes)

Each name is imported when it is first used, so that ``import quietlegs`` costs next to nothing and brings no Django.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from quietlegs.version import __version__

# One thread for linear algebra, unless told otherwise: the matrices are small, and on a busy machine the threads
# wait for each other (measured: a fit of 0.1 s took 4 s). It must be set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from quietlegs.core.base.errors import Problem as Problem
    from quietlegs.core.base.errors import QuietlegsError as QuietlegsError
    from quietlegs.core.base.nights import night_of as night_of
    from quietlegs.core.diary.night import Diary as Diary
    from quietlegs.core.diary.night import Episode as Episode
    from quietlegs.core.diary.night import Factor as Factor
    from quietlegs.core.diary.night import FactorKind as FactorKind
    from quietlegs.core.diary.night import Night as Night
    from quietlegs.core.diary.night import diary_of as diary_of
    from quietlegs.core.diary.table import NightTable as NightTable
    from quietlegs.core.diary.table import night_table as night_table
    from quietlegs.core.triggers import Findings as Findings
    from quietlegs.core.triggers import cycle_view as cycle_view
    from quietlegs.core.triggers import find_triggers as find_triggers
    from quietlegs.exchange.checks import triage as triage
    from quietlegs.exchange.diaries import DiaryFileError as DiaryFileError
    from quietlegs.exchange.diaries import load_diary as load_diary
    from quietlegs.exchange.diary_csv import read_diary_csv as read_diary_csv
    from quietlegs.exchange.diary_csv import write_diary_csv as write_diary_csv
    from quietlegs.exchange.diary_file import DiaryFile as DiaryFile
    from quietlegs.exchange.diary_json import read_diary_json as read_diary_json
    from quietlegs.exchange.diary_json import write_diary_json as write_diary_json
    from quietlegs.exchange.experiments import analyse_experiment as analyse_experiment
    from quietlegs.exchange.experiments import load_experiment as load_experiment
    from quietlegs.exchange.experiments import plan_experiment as plan_experiment
    from quietlegs.exchange.findings_json import findings_json as findings_json
    from quietlegs.exchange.findings_words import load_causes as load_causes

# name -> the module that holds it. The imports above say the same to type checkers; a test compares the two.
_HOMES = {
    "Diary": "quietlegs.core.diary.night",
    "DiaryFile": "quietlegs.exchange.diary_file",
    "DiaryFileError": "quietlegs.exchange.diaries",
    "Episode": "quietlegs.core.diary.night",
    "Factor": "quietlegs.core.diary.night",
    "FactorKind": "quietlegs.core.diary.night",
    "Findings": "quietlegs.core.triggers",
    "Night": "quietlegs.core.diary.night",
    "NightTable": "quietlegs.core.diary.table",
    "Problem": "quietlegs.core.base.errors",
    "QuietlegsError": "quietlegs.core.base.errors",
    "analyse_experiment": "quietlegs.exchange.experiments",
    "cycle_view": "quietlegs.core.triggers",
    "diary_of": "quietlegs.core.diary.night",
    "find_triggers": "quietlegs.core.triggers",
    "findings_json": "quietlegs.exchange.findings_json",
    "load_causes": "quietlegs.exchange.findings_words",
    "load_diary": "quietlegs.exchange.diaries",
    "load_experiment": "quietlegs.exchange.experiments",
    "night_of": "quietlegs.core.base.nights",
    "night_table": "quietlegs.core.diary.table",
    "plan_experiment": "quietlegs.exchange.experiments",
    "read_diary_csv": "quietlegs.exchange.diary_csv",
    "read_diary_json": "quietlegs.exchange.diary_json",
    "triage": "quietlegs.exchange.checks",
    "write_diary_csv": "quietlegs.exchange.diary_csv",
    "write_diary_json": "quietlegs.exchange.diary_json",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'quietlegs' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
