"""What is known, and how sure one may be of it.

An *evidence entry* is one statement with its direction, its certainty, its size, its cautions and its sources. The
entries are data files; this room turns plain mappings into values, judges what may be done with them, and finds the
ones that speak to a question. It opens no files: `quietlegs.exchange.knowledge_base` does.

Two judgements guard everything that is said elsewhere. `may_recommend` answers whether an entry may stand behind an
offer to a person, and `may_reassure` whether it may stand behind "this is nothing to fear". What rests only on
unverified sources does neither.
"""

from quietlegs.core.knowledge.evidence import (
    Certainty,
    Change,
    Direction,
    Estimate,
    EvidenceEntry,
    LogRateRatio,
    Recommend,
    Source,
    parse_evidence,
)
from quietlegs.core.knowledge.judgement import is_verified, may_reassure, may_recommend, shown_sources
from quietlegs.core.knowledge.reading import KnowledgeError

__all__ = [
    "Certainty",
    "Change",
    "Direction",
    "Estimate",
    "EvidenceEntry",
    "KnowledgeError",
    "LogRateRatio",
    "Recommend",
    "Source",
    "is_verified",
    "may_reassure",
    "may_recommend",
    "parse_evidence",
    "shown_sources",
]
