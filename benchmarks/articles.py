"""How well pages are judged, against rules by keyword, BM25 alone and embeddings alone, on annotated pages.

The five annotated pages are not in the repository (their text is their authors'). Name their folder:
``QUIETLEGS_ARTICLES=FOLDER make bench``. It holds ``gold.yaml`` and the pages. A claim is found when it shares half of
the shorter of the two stretches. Numeric settings are chosen on four pages and measured on the fifth.
"""

import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from quietlegs.core.articles import check as checking
from quietlegs.core.articles.check import CheckedArticle, JudgedClaim
from quietlegs.core.articles.claims import Claim
from quietlegs.core.articles.matching import Match
from quietlegs.core.articles.retrieval import top, word_index
from quietlegs.core.articles.verdicts import Verdict, judge
from quietlegs.exchange import claim_files

Page = tuple[str, dict]
Checker = Callable[[str], CheckedArticle]
THRESHOLDS = (0.5, 0.56, 0.62, 0.7)


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two stretches share half of the shorter."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared >= 0.5 * min(a[1] - a[0], b[1] - b[0])


def score(pages: Sequence[Page], check: Checker) -> Counter:
    """Count what was found, what was right, what was missed."""
    count: Counter = Counter()
    for text, gold in pages:
        result = check(text)
        spans = [(text.find(s["quote"]), text.find(s["quote"]) + len(s["quote"]), s) for s in gold["spans"]]
        wanted = [s for s in spans if s[2]["kind"] in ("claim", "safety-advice")]
        places = [(c.claim.start, c.claim.end) for c in result.claims]
        for start, end, span in wanted:
            near = [c for c, place in zip(result.claims, places, strict=True) if overlap((start, end), place)]
            count["gold"] += 1
            if near:
                best = max(near, key=lambda c: min(end, c.claim.end) - max(start, c.claim.start))
                count["found"] += 1
                count["right"] += best.verdict.value in {span["verdict"], *span.get("also_ok", [])}
            if span["severity"] == "danger":
                marked = any(overlap((start, end), (h.start, h.end)) for h in result.hazards)
                count["danger"] += 1
                count["danger_found"] += marked or any(c.severity == "danger" for c in near)
        count["claims"] += len(places)
        count["claims_right"] += sum(any(overlap(place, s[:2]) for s in wanted) for place in places)
        sold = [s for s in spans if s[2]["kind"] == "promotion"]
        for start, end, span in sold:
            hit = any(overlap((start, end), (p.start, p.end)) for p in result.promotions)
            count["sold"] += 1
            count["sold_found"] += hit
            count["danger"] += span["severity"] == "danger"
            count["danger_found"] += hit and span["severity"] == "danger"
        count["promotions"] += len(result.promotions)
        count["promotions_right"] += sum(
            any(overlap((p.start, p.end), s[:2]) for s in sold) for p in result.promotions
        )
    return count


def line(name: str, c: Counter) -> str:
    """Return a row of the table."""
    precision, recall = c["claims_right"] / max(c["claims"], 1), c["found"] / c["gold"]
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return (
        f"| {name} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {c['right'] / max(c['found'], 1):.2f} | "
        f"{c['sold_found']}/{c['sold']} | {c['promotions_right']}/{c['promotions']} | {c['danger_found']}/{c['danger']} |"
    )


def by(ranker: Callable[[Claim], Match | None]) -> Checker:
    """Return a checker that keeps our claims and lets another ranker choose the evidence."""

    def check(text: str) -> CheckedArticle:
        result = claim_files.check(text)
        claims = []
        for judged in result.claims:
            match = ranker(judged.claim)
            verdict = judge(judged.claim, match.entry) if match else Verdict.NOT_COVERED
            claims.append(
                JudgedClaim(judged.claim, verdict, "info", match.entry if match else None, (), 0.0, "")
            )
        return replace(result, claims=tuple(claims), missing=())

    return check


def by_keyword(text: str) -> CheckedArticle:
    """Judge by the certainty words of a sentence alone: what a list of keywords can do."""
    result = claim_files.check(text)
    words = {
        "may": Verdict.SUPPORTED,
        "might": Verdict.SUPPORTED,
        "can": Verdict.PARTLY,
        "crucial": Verdict.UNSUPPORTED,
    }
    claims = [
        JudgedClaim(
            j.claim,
            next((v for w, v in words.items() if f" {w} " in j.claim.text), Verdict.SUPPORTED),
            "info",
            None,
            (),
            0,
            "",
        )
        for j in result.claims
    ]
    return replace(result, claims=tuple(claims), missing=())


def main() -> None:
    """Print the table."""
    folder = os.environ.get("QUIETLEGS_ARTICLES")
    if not folder:
        print("articles: set QUIETLEGS_ARTICLES to the folder of annotated pages to measure this.")
        return
    gold = yaml.safe_load((Path(folder) / "gold.yaml").read_text())
    pages = [((Path(folder) / g["file"]).read_text(), g) for g in gold]
    base = claim_files.load_claim_base()
    index = word_index(base.entries, base.grammar)

    def bm25(claim: Claim) -> Match | None:
        best = top(index.scores(claim.text), 1)
        return Match(base.entries[best[0][0]], "", best[0][1]) if best else None

    def meaning(claim: Claim) -> Match | None:
        near = claim_files.likeness([claim.text])[0]
        best = max(near, key=lambda one: near[one], default=None)
        return Match(base.entries[best], "", near[best]) if best else None

    print(
        "| method | precision | recall | F1 | verdict right | selling found | selling right | danger found |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    left_out: Counter = Counter()
    for i, page in enumerate(pages):
        others = [p for j, p in enumerate(pages) if j != i]

        def with_threshold(value: float, chosen: Sequence[Page]) -> Counter:
            checking.NEAR_IN_MEANING = value
            return score(chosen, claim_files.check)

        best = max(THRESHOLDS, key=lambda value: with_threshold(value, others)["right"])
        left_out += with_threshold(best, [page])
    checking.NEAR_IN_MEANING = 0.62
    print(line("Quietlegs, each page left out", left_out))
    print(line("keyword rules", score(pages, by_keyword)))
    print(line("BM25 alone", score(pages, by(bm25))))
    print(line("embeddings alone", score(pages, by(meaning))))
    long_page = " ".join(text for text, _ in pages)
    words = " ".join(long_page.split()[:2000])
    times = []
    for _ in range(5):
        start = time.perf_counter()
        claim_files.check(words)
        times.append(time.perf_counter() - start)
    print(f"a page of 2,000 words, warm: {statistics.median(times) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
