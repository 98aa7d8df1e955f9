"""A FHIR R4 document of the diary and what belongs to it.

A Bundle of type *document*, its Composition first, with the sections of the International Patient Summary where they
apply. `fhir_read` reads its nights back. It is checked against HL7's R4 schema; no conformance to a profile is claimed. A night is an Observation of the
patient's own; nothing that a person noted becomes a diagnosis. The same diary gives the same document: ids are made from
what they name.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Diary, Episode, Factor, FactorKind, Night, Observation
from quietlegs.exchange import fhir_codes as codes
from quietlegs.exchange.fhir_codes import OWN, concept, own

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FhirFacts:
    """What the document tells besides the nights. Empty means not known, and is said so in the section.

    ``medicines``: words as written and an ATC code or None. ``conditions``: id and words. ``labs``: id, name, value, unit, date.
    ``answers``: question id, its words, and True, False or None (not sure). ``plan`` and ``tried``: sentences.
    """

    diary: Diary
    made_at: datetime
    name: str = ""
    born_in: int | None = None
    sex: str = ""
    medicines: tuple[tuple[str, str | None], ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    labs: tuple[tuple[str, str, float, str, date], ...] = ()
    answered_at: datetime | None = None
    answers: tuple[tuple[str, str, bool | None], ...] = ()
    plan: tuple[str, ...] = ()
    tried: tuple[tuple[str, str], ...] = ()


def fhir_bundle(facts: FhirFacts, *, seed: UUID) -> Resource:
    """Return the document.

    Args:
        seed: a secret of this diary, from which all ids are made: the same each time, and telling nobody anything.

    Raises:
        QuietlegsError: ``made_at`` has no offset.
    """
    if facts.made_at.tzinfo is None:
        raise QuietlegsError(
            message("The document was made at a time without a zone. Give the offset from UTC.")
        )
    maker = _Maker(seed)
    patient = maker.patient(facts)
    sections = {
        "medicines": [maker.medicine(words, atc) for words, atc in facts.medicines],
        "allergies": [],
        "problems": [maker.condition(name, words) for name, words in facts.conditions],
        "results": [maker.lab(*lab) for lab in facts.labs],
        "nights": [maker.night(night, factors=facts.diary.factors) for night in facts.diary.nights]
        + [maker.episode(e) for night in facts.diary.nights for e in night.episodes]
        + [maker.seen(night, one) for night in facts.diary.nights for one in night.seen],
        "check": [maker.answers(facts)] if facts.answers else [],
        "tried": [maker.tried(what, result, facts.made_at) for what, result in facts.tried],
        "plan": [maker.plan(facts)] if facts.plan else [],
    }
    composition = maker.composition(facts, sections)
    resources = [composition, patient, *(one for found in sections.values() for one in found)]
    return {
        "resourceType": "Bundle",
        "identifier": {
            "system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{maker.id('bundle', facts.made_at.isoformat())}",
        },
        "type": "document",
        "timestamp": _instant(facts.made_at),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


SECTION_TITLES = {
    "medicines": "Medicines",
    "allergies": "Allergies",
    "problems": "Conditions that the person named",
    "results": "Blood tests",
    "nights": "Nights",
    "check": "Red flags and features asked",
    "tried": "What was tried",
    "plan": "Plan",
}
REQUIRED = ("medicines", "allergies", "problems")  # a patient summary has them even when they are empty


class _Maker:
    """Makes resources of one patient; ids come from the seed."""

    def __init__(self, seed: UUID) -> None:
        self._seed = seed
        self._patient = {"reference": f"urn:uuid:{self.id('patient')}"}

    def id(self, *parts: str) -> str:
        return str(uuid5(self._seed, "|".join(parts)))

    def patient(self, facts: FhirFacts) -> Resource:
        made: Resource = {
            "resourceType": "Patient",
            "id": self.id("patient"),
            "identifier": [{"system": OWN, "value": self.id("pseudonym")}],
        }
        if facts.name:
            made["name"] = [{"text": facts.name}]
        if facts.sex in ("female", "male"):
            made["gender"] = facts.sex
        if facts.born_in:
            made["birthDate"] = str(facts.born_in)
        return made

    def night(self, night: Night, *, factors: Iterable[Factor]) -> Resource:
        kinds = {factor.name: factor for factor in factors}
        parts = [self._outcome(name, value) for name, value in night.outcomes.items()]
        parts += [_factor(kinds[name], value) for name, value in night.factors.items()]
        if night.sore is not None:
            parts.append({"code": own(codes.SORE, "Muscle sore next day"), "valueBoolean": night.sore})
        parts += [
            {"code": own(codes.PLACE, "Where it cramped"), "valueString": _text(place)}
            for place in night.places
        ]
        made = self._observation(
            "night", night.evening.isoformat(), own(codes.NIGHT, "A night, named by its evening")
        )
        made["effectiveDateTime"] = night.evening.isoformat()
        if parts:
            made["component"] = parts
        else:
            made["dataAbsentReason"] = concept("Nothing was answered")
        members = [self._episode_id(episode) for episode in night.episodes]
        members += [self._seen_id(night, one) for one in night.seen]
        if members:
            made["hasMember"] = [{"reference": f"urn:uuid:{member}"} for member in members]
        if night.note.strip():
            made["note"] = [{"text": _text(night.note)}]
        return made

    @staticmethod
    def _outcome(name: str, value: float) -> Resource:
        words, code, unit = codes.OUTCOME_CODES[name]
        codings = [codes.coding(OWN, name, words)] + ([code] if code else [])
        return {"code": concept(words, *codings), "valueQuantity": _quantity(value, unit)}

    def episode(self, episode: Episode) -> Resource:
        local = episode.started_at + timedelta(minutes=episode.utc_offset_minutes)
        code = (
            codes.RESTLESS
            if episode.kind != "cramp"
            else codes.CRAMP_CALF
            if episode.muscle == "calf"
            else codes.CRAMP_LIMB
        )
        words = "A cramp" if episode.kind == "cramp" else "A bout of restless legs"
        made = self._observation(
            "episode",
            episode.started_at.isoformat(),
            concept(words, codes.coding(OWN, codes.EPISODE, words), code),
        )
        made["effectiveDateTime"] = f"{local:%Y-%m-%dT%H:%M:%S}{_offset(episode.utc_offset_minutes)}"
        parts: list[Resource] = []
        if episode.minutes is not None:
            parts.append(
                {
                    "code": own("minutes", "How long it lasted"),
                    "valueQuantity": _quantity(episode.minutes, "min"),
                }
            )
        if episode.severity is not None:
            parts.append(self._outcome("severity", float(episode.severity)))
        parts += [
            {"code": own(name, words), "valueString": value}
            for name, words, value in (("muscle", "Muscle", episode.muscle), ("side", "Side", episode.side))
            if value
        ]
        parts += [{"code": own(codes.RELIEF, "What was tried"), "valueString": one} for one in episode.relief]
        made["valueBoolean"] = True
        if parts:
            made["component"] = parts
        return made

    def seen(self, night: Night, seen: Observation) -> Resource:
        """Return what a second person saw of a night: it is theirs, so they are the performer."""
        made = self._observation(
            codes.SEEN, f"{night.evening}|{seen.observer}", own(codes.SEEN, "What another person saw")
        )
        made["performer"] = [{"display": _text(seen.observer)}]
        made["effectiveDateTime"] = night.evening.isoformat()
        parts: list[Resource] = [
            {"code": own(code, words), "valueQuantity": _quantity(float(count), "{count}")}
            for code, words, count in (
                (codes.KICKS, "Kicks seen", seen.kicks),
                (codes.HEARD, "Cramps heard", seen.cramps_heard),
            )
            if count is not None
        ]
        parts += [{"code": own(codes.WOKE, "Woke at"), "valueString": time} for time in seen.woke_at]
        if parts:
            made["component"] = parts
        else:
            made["dataAbsentReason"] = concept("Nothing was counted")
        if seen.note.strip():
            made["note"] = [{"text": _text(seen.note)}]
        return made

    def _seen_id(self, night: Night, seen: Observation) -> str:
        return self.id(codes.SEEN, f"{night.evening}|{seen.observer}")

    def _episode_id(self, episode: Episode) -> str:
        return self.id("episode", episode.started_at.isoformat())

    def _observation(self, kind: str, key: str, code: Resource) -> Resource:
        return {
            "resourceType": "Observation",
            "id": self.id(kind, key),
            "status": "final",
            "category": [concept("Survey", codes.coding(codes.CATEGORY, "survey", "Survey"))],
            "code": code,
            "subject": self._patient,
            "performer": [self._patient],
        }

    def medicine(self, words: str, atc: str | None) -> Resource:
        return {
            "resourceType": "MedicationStatement",
            "id": self.id("medicine", words),
            "status": "active",
            "medicationCodeableConcept": concept(
                words, *([{"system": codes.ATC, "code": atc}] if atc else [])
            ),
            "subject": self._patient,
            # Since when is not known, and a summary must say so.
            "_effectiveDateTime": {"extension": [{"url": codes.ABSENT, "valueCode": "unknown"}]},
        }

    def condition(self, name: str, words: str) -> Resource:
        ver = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        clin = "http://terminology.hl7.org/CodeSystem/condition-clinical"
        return {
            "resourceType": "Condition",
            "id": self.id("condition", name),
            "clinicalStatus": concept("Active", codes.coding(clin, "active", "Active")),
            # The person named it; no clinician confirmed it here.
            "verificationStatus": concept("Unconfirmed", codes.coding(ver, "unconfirmed", "Unconfirmed")),
            "code": concept(words, *codes.CONDITION_CODES.get(name, ())),
            "subject": self._patient,
        }

    def lab(self, test: str, name: str, value: float, unit: str, on: date) -> Resource:
        code = codes.LAB_CODES.get(test)
        made = self._observation(
            "lab", f"{test}|{on.isoformat()}|{value}", concept(name, *([code] if code else []))
        )
        made["category"] = [concept("Laboratory", codes.coding(codes.CATEGORY, "laboratory", "Laboratory"))]
        made["effectiveDateTime"] = on.isoformat()
        made["valueQuantity"] = {"value": value, "unit": unit}
        return made

    def tried(self, what: str, result: str, made_at: datetime) -> Resource:
        made = self._observation("tried", what, own("tried", "What was tried"))
        made["effectiveDateTime"] = _instant(made_at)
        made["valueString"] = f"{what}: {result}"
        return made

    def answers(self, facts: FhirFacts) -> Resource:
        items = []
        for question, words, answer in facts.answers:
            item: Resource = {"linkId": question, "text": words}
            if answer is not None:
                item["answer"] = [{"valueBoolean": answer}]
            items.append(item)
        return {
            "resourceType": "QuestionnaireResponse",
            "id": self.id("check", (facts.answered_at or facts.made_at).isoformat()),
            "status": "completed",
            "subject": self._patient,
            "source": self._patient,
            "authored": _instant(facts.answered_at or facts.made_at),
            "item": items,
        }

    def plan(self, facts: FhirFacts) -> Resource:
        return {
            "resourceType": "CarePlan",
            "id": self.id("plan", facts.made_at.date().isoformat()),
            "status": "active",
            "intent": "plan",
            "title": "Self-care plan of this week",
            "subject": self._patient,
            "author": self._patient,
            "activity": [{"detail": {"status": "in-progress", "description": one}} for one in facts.plan],
        }

    def composition(self, facts: FhirFacts, sections: Mapping[str, list[Resource]]) -> Resource:
        return {
            "resourceType": "Composition",
            "id": self.id("composition", facts.made_at.isoformat()),
            "status": "final",
            "type": concept("Patient summary, kept by the patient", codes.SUMMARY),
            "subject": self._patient,
            "date": _instant(facts.made_at),
            "author": [self._patient],
            "title": "Legs at night: a summary kept by the patient",
            "section": [_part(name, found) for name, found in sections.items() if found or name in REQUIRED],
        }


def _part(name: str, found: list[Resource]) -> Resource:
    title = SECTION_TITLES[name]
    code = codes.SECTION_CODES.get(name)
    said = f"{title}: {len(found)}." if found else f"{title}: not known."
    part: Resource = {
        "title": title,
        "code": concept(title, code) if code else own(f"section-{name}", title),
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(said)}</div>',
        },
    }
    if found:
        part["entry"] = [{"reference": f"urn:uuid:{one['id']}"} for one in found]
    else:
        part["emptyReason"] = concept("Unavailable", codes.coding(codes.EMPTY, "unavailable", "Unavailable"))
    return part


def _factor(factor: Factor, value: float) -> Resource:
    code = concept(
        factor.name, {"system": OWN, "code": f"{codes.FACTOR}{factor.kind.value}", "display": factor.name}
    )
    if factor.kind is FactorKind.YES_NO:
        return {"code": code, "valueBoolean": bool(value)}
    quantity: Resource = {"value": value}
    if factor.unit:
        quantity["unit"] = factor.unit
    return {"code": code, "valueQuantity": quantity}


def _text(words: str) -> str:
    """Return words as FHIR's strings may have them: with no other white space than spaces, tabs and line ends."""
    return "".join(" " if sign.isspace() and sign not in " \r\n\t" else sign for sign in words)


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": codes.UCUM, "code": unit}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def write_fhir(facts: FhirFacts, *, seed: UUID) -> bytes:
    """Return the document as JSON bytes. Raises QuietlegsError."""
    return json.dumps(fhir_bundle(facts, seed=seed), ensure_ascii=False, indent=1).encode()


def seed_of(text: str) -> UUID:
    """Return a seed from a secret text."""
    return uuid5(NAMESPACE_URL, text)
