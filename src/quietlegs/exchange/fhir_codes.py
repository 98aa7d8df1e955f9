"""The few codes that we write, each seen in a release of its system; where none was found, the words stand alone.

SNOMED CT: from the Global Patient Set of September 2020 (CC BY 4.0, SNOMED International). LOINC: copyright
Regenstrief Institute, free with this notice. ATC: single codes by WHO Collaborating Centre, Oslo.
"""

from collections.abc import Mapping
from typing import Any

SNOMED, LOINC, UCUM = "http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org"
ATC, ICD10CM = "http://www.whocc.no/atc", "http://hl7.org/fhir/sid/icd-10-cm"
OWN = "urn:quietlegs:diary"  # what no other system has: cramps a night, a factor of the day
# Our own codes that are read back. What a factor's code begins with is followed by its kind.
NIGHT, EPISODE, PLACE, SORE, RELIEF, FACTOR = "night", "episode", "place", "sore", "relief", "factor:"
SEEN, KICKS, HEARD, WOKE = "seen-by-another", "kicks", "cramps-heard", "woke-at"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"

Code = dict[str, Any]


def coding(system: str, code: str, display: str) -> Code:
    """Return one coding."""
    return {"system": system, "code": code, "display": display}


def concept(text: str, *codings: Code) -> Code:
    """Return a concept: its words, always, and the codes that say the same."""
    return {"coding": list(codings), "text": text} if codings else {"text": text}


def own(code: str, text: str) -> Code:
    """Return a concept of our own code system."""
    return concept(text, coding(OWN, code, text))


# Outcomes of a night: the words, the code where one exists, and the UCUM unit.
OUTCOME_CODES: Mapping[str, tuple[str, Code | None, str]] = {
    "cramps": ("Leg cramps in the night, number", None, "{count}"),
    "severity": (
        "Worst cramp of the night, 0 to 10",
        coding(LOINC, "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
        "{score}",
    ),
    "cramp_minutes": ("Cramps of the night, minutes in all", None, "min"),
    "woken": ("Times woken by cramps", None, "{count}"),
    "restless": ("Restlessness of the legs, 0 to 10", None, "{score}"),
    "sleep_hours": ("Sleep", coding(LOINC, "93832-4", "Sleep duration"), "h"),
    "awakenings": ("Times awake in the night", None, "{count}"),
    "sleep_quality": ("Quality of sleep, 0 to 10", None, "{score}"),
    "pain": ("Pain next day, 0 to 10", None, "{score}"),
    "fatigue": ("Tiredness next day, 0 to 10", None, "{score}"),
    "fog": ("Brain fog next day, 0 to 10", None, "{score}"),
    "worry": ("Worry about bedtime, 0 to 10", None, "{score}"),
}

CRAMP_CALF = coding(SNOMED, "449918009", "Cramp in lower leg")
CRAMP_LIMB = coding(SNOMED, "449917004", "Cramp in lower limb")
RESTLESS = coding(SNOMED, "32914008", "Restless legs")

# Conditions of the profile, by our id.
CONDITION_CODES: Mapping[str, tuple[Code, ...]] = {
    "restless-legs": (RESTLESS, coding(ICD10CM, "G25.81", "Restless legs syndrome")),
    "fibromyalgia": (
        coding(SNOMED, "95417003", "Primary fibromyalgia syndrome"),
        coding(ICD10CM, "M79.7", "Fibromyalgia"),
    ),
    "pregnancy": (coding(SNOMED, "77386006", "Pregnant"),),
}

# Blood tests, by our id: only codes that were seen.
LAB_CODES: Mapping[str, Code] = {
    "potassium": coding(LOINC, "2823-3", "Potassium [Moles/volume] in Serum or Plasma"),
    "magnesium": coding(LOINC, "2601-3", "Magnesium [Moles/volume] in Serum or Plasma"),
}

SUMMARY = coding(LOINC, "60591-5", "Patient summary Document")
SECTION_CODES: Mapping[str, Code] = {
    "medicines": coding(LOINC, "10160-0", "History of Medication use Narrative"),
    "allergies": coding(LOINC, "48765-2", "Allergies and adverse reactions Document"),
    "problems": coding(LOINC, "11450-4", "Problem list - Reported"),
    "results": coding(LOINC, "30954-2", "Relevant diagnostic tests/laboratory data Narrative"),
    "plan": coding(LOINC, "18776-5", "Plan of care note"),
}
