"""Diaries of every shape, for hypothesis: what a store may hold, however odd."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from quietlegs.core.diary.night import (
    OUTCOMES,
    Diary,
    Episode,
    Factor,
    FactorKind,
    Night,
    Observation,
    OutcomeKind,
    diary_of,
)

EVENINGS = st.dates(date(1999, 1, 1), date(2060, 12, 31))
# Letters that files and spreadsheets trip over come often.
ODD = st.sampled_from(
    [*list("=+-@'\"[],;\n\r\t|\ufeff ＝é漢🦵"), "yes/no", "count", "0-10", "[]", "night", "cramps"]
)
LETTERS = st.characters(exclude_characters="\0", codec="utf-8")


def texts(max_size: int) -> st.SearchStrategy[str]:
    return st.lists(LETTERS | ODD, max_size=max_size).map("".join)


NAMES = texts(12).map(lambda text: text.strip()[:80].strip()).filter(bool) | st.sampled_from(
    ["night", "cramps", "note", "Places", "episodes", "sore", "sleep_hours", "water[ml]", "[x]", "x[]"]
)
UNITS = texts(5).map(lambda text: text.replace("[", "").replace("]", "").strip()[:20].strip()).filter(
    bool
) | st.sampled_from(["ml", "h", "count", "Yes/No", "next morning", "0-10"])
VALUES = {
    FactorKind.YES_NO: st.sampled_from([0.0, 1.0]),
    FactorKind.COUNT: st.integers(0, 10**9).map(float) | st.sampled_from([0.0, 1.0]),
    FactorKind.AMOUNT: st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0]),
    FactorKind.SCALE: st.floats(0, 10),
}


@st.composite
def factors(draw: st.DrawFn) -> Factor:
    kind = draw(st.sampled_from(FactorKind))
    has_unit = kind in (FactorKind.AMOUNT, FactorKind.COUNT) and draw(st.booleans())
    return Factor(draw(NAMES), kind, draw(UNITS) if has_unit else None)


def outcome_values(name: str) -> st.SearchStrategy[float]:
    known = OUTCOMES[name]
    if known.kind is OutcomeKind.COUNT:
        return st.integers(int(known.low), int(known.high)).map(float)
    return st.floats(known.low, known.high)


EPISODES = st.builds(
    Episode,
    started_at=st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)),
    utc_offset_minutes=st.integers(-14 * 60, 14 * 60),
    kind=st.sampled_from(["cramp", "restless"]),
    minutes=st.none() | st.floats(0, 720),
    severity=st.none() | st.integers(0, 10),
    muscle=st.none() | texts(8),
    side=st.none() | st.sampled_from(["left", "right", "both"]),
    relief=st.lists(texts(5), max_size=2).map(tuple),
)


SEEN = st.builds(
    Observation,
    observer=st.sampled_from(["Ana", "Zoë B", "=my wife"]),
    kicks=st.none() | st.integers(0, 10_000),
    cramps_heard=st.none() | st.integers(0, 100),
    woke_at=st.lists(st.times().map(lambda at: f"{at:%H:%M}"), max_size=2).map(tuple),
    note=texts(20),
)


@st.composite
def nights(draw: st.DrawFn, evening: date, asked: list[Factor]) -> Night:
    return Night(
        evening=evening,
        outcomes=draw(st.fixed_dictionaries({}, optional={name: outcome_values(name) for name in OUTCOMES})),
        factors=draw(st.fixed_dictionaries({}, optional={f.name: VALUES[f.kind] for f in asked})),
        note=draw(texts(20)),
        episodes=draw(st.lists(EPISODES, max_size=2).map(tuple)),
        places=draw(st.lists(st.sampled_from(["left-calf", "right-sole", "=left"]), max_size=2).map(tuple)),
        sore=draw(st.sampled_from([None, True, False])),
        seen=draw(st.lists(SEEN, max_size=2, unique_by=lambda one: one.observer).map(tuple)),
    )


@st.composite
def diaries(draw: st.DrawFn, min_nights: int = 0) -> Diary:
    asked = draw(st.lists(factors(), max_size=4, unique_by=lambda f: f.name.casefold()))
    evenings = draw(st.lists(EVENINGS, min_size=min_nights, max_size=4, unique=True))
    return diary_of([draw(nights(evening, asked)) for evening in evenings], asked)
