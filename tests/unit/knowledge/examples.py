"""One small, sound entry to take apart in tests."""

from datetime import date
from typing import Any

from quietlegs.core.knowledge import EvidenceEntry, parse_evidence


def source(**changes: Any) -> dict[str, Any]:
    return {"cite": "Someone 2020", "address": "https://example.org/a", "verified": True, **changes}


def fields(**changes: Any) -> dict[str, Any]:
    sound = {
        "id": "some-stretch",
        "title": "Some stretch",
        "question": "Does some stretch help?",
        "topic": "prevention",
        "about": ["cramps"],
        "statement": "It may help.",
        "population": "Adults",
        "direction": "helps",
        "certainty": "moderate",
        "certainty_reason": "One trial.",
        "recommend": "self_care",
        "sources": [source()],
        "changes": [{"date": date(2026, 11, 20), "what": "Written."}],
        "reviewed_on": date(2026, 11, 20),
        "review_due": date(2028, 11, 20),
    }
    return {**sound, **changes}


def entry(**changes: Any) -> EvidenceEntry:
    return parse_evidence(fields(**changes))
