"""Recognising medicines in what a person typed or pasted: by name, brand, short form, class or misspelling.

Each piece of the list is read from left to right. The longest run of words that is a name wins; what is left over
is compared with all names for its spelling. Doses, forms and times are set aside first, and salts after a name.
What nobody can tell is asked or said, never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from quietlegs.core.assessment.medicines_lines import Segment, is_only, split_list, words_of
from quietlegs.core.assessment.medicines_spelling import Speller, compact
from quietlegs.core.assessment.medicines_table import MedicineTable, Phrase

LONGEST_NAME_IN_WORDS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of a list, and what it was recognised as.

    ``medicines`` are ids, more than one for a combination. ``spelled`` is the name that was meant, where the spelling
    was mended. ``did_you_mean`` holds names to choose from where nobody can tell; ``class_named`` the groups of a class
    word, with ``hint`` saying what to ask. ``not_held`` is a real name that the table knows nothing of.
    ``says_nothing`` marks "none" and the like. ``taking`` is false for what is not taken now.
    ``is_unclear``: it counts as taken, but the words beside it speak of a stop too.
    """

    given: str
    medicines: tuple[str, ...] = ()
    spelled: str | None = None
    did_you_mean: tuple[str, ...] = ()
    class_named: tuple[str, ...] = ()
    hint: str | None = None
    not_held: str | None = None
    says_nothing: bool = False
    taking: bool = True
    is_unclear: bool = False
    dose: str | None = None
    on_skin_or_eye: bool = False

    @property
    def is_recognised(self) -> bool:
        """Whether at least one medicine was recognised for certain."""
        return bool(self.medicines)


@dataclass(slots=True)
class _Found:
    """What has been found in a piece so far."""

    medicines: list[str] = field(default_factory=list)
    spelled: str | None = None
    ask: list[str] = field(default_factory=list)
    classes: list[Phrase] = field(default_factory=list)
    hint: str | None = None
    not_held: str | None = None
    count: int = 0


class Recogniser:
    """Knows every name of a table. Make it once and keep it: making it takes some milliseconds.

    >>> # Recogniser(table).read("bendrofluazide 2.5mg od")[0].medicines == ("bendroflumethiazide",)
    """

    def __init__(self, table: MedicineTable) -> None:
        self.table = table
        words = table.words
        self._phrases = {
            compact(written): phrase
            for phrase in (*words.class_words, *words.ambiguous, *words.combinations)
            for written in phrase.written
        }
        self._ambiguous = {id(phrase) for phrase in words.ambiguous}
        self._combined = {id(phrase) for phrase in words.combinations}
        for short, group in words.class_shorthand.items():
            self._phrases.setdefault(
                compact(short), Phrase(written=(short,), medicines=(), groups=(group,), hint=short)
            )
        self._names = self._all_names()
        self._written = self._all_spellings()
        self._salts = {compact(salt) for salt in words.salts}
        self._minerals = {compact(mineral): set(ids) for mineral, ids in words.mineral_salts.items()}
        self._noise = {
            compact(word)
            for phrase in (*words.forms, *words.frequencies, *words.units, *words.everyday)
            for word in phrase.split()
        }
        self._noise.discard("")
        self._skin = {compact(word) for word in words.skin_forms}
        short_forms = {compact(one) for one in words.shorthand} - {
            compact(name) for medicine in table.medicines.values() for name in medicine.names
        }
        self._speller = Speller(
            names={name: means for name, means in self._names.items() if name not in short_forms},
            brands={
                *(compact(brand) for medicine in table.medicines.values() for brand in medicine.brands),
                *(compact(written) for phrase in words.combinations for written in phrase.written),
                *(compact(name) for name in words.not_held if name[:1].isupper()),
            },
            look_alikes=[frozenset(compact(name) for name in group) for group in words.look_alikes],
        )

    def read(self, text: str | Iterable[str]) -> tuple[Line, ...]:
        """Return what a list names, piece by piece, in order.

        Args:
            text: what was typed or pasted, in any common form, or a sequence of lines.
        """
        pieces = split_list(text, self.table.words.not_taking, self._count_names)
        return tuple(self._line(segment) for segment in pieces)

    def _count_names(self, piece: str) -> int:
        """Return how many medicines a piece names, those that are not held and kinds of medicine included."""
        found = _Found()
        self._find_spellings(self._find_names(words_of(piece), found), found)
        return found.count

    def _all_names(self) -> dict[str, tuple[str, ...]]:
        names: dict[str, tuple[str, ...]] = {compact(name): () for name in self.table.words.not_held}
        for medicine in self.table.medicines.values():
            for name in medicine.names:
                names[compact(name)] = names[compact(_without_brackets(name))] = (medicine.id,)
        for phrase in self.table.words.combinations:
            for written in phrase.written:
                names[compact(written)] = phrase.medicines
        for short, medicine_id in self.table.words.shorthand.items():
            names[compact(short)] = (medicine_id,)
        del names["k"]  # "K+" is potassium; a bare k is not
        return names

    def _all_spellings(self) -> dict[str, str]:
        """Return each name as it is properly written, by its compact form."""
        spellings = {compact(name): name for name in self.table.words.not_held}
        for phrase in self.table.words.combinations:
            spellings.update({compact(written): written for written in phrase.written})
        for medicine in self.table.medicines.values():
            spellings.update(
                {compact(_without_brackets(name)): _without_brackets(name) for name in medicine.names}
            )
        return spellings

    def _line(self, segment: Segment) -> Line:
        words = self.table.words
        skin = any(word in self._skin for word in segment.words)
        if is_only(segment, words.nothing) or not segment.words:
            return Line(segment.given, says_nothing=is_only(segment, words.nothing), taking=segment.taking)
        if is_only(segment, words.vague):
            return Line(segment.given, hint="label", taking=segment.taking)
        found = _Found()
        left = self._find_names(segment.words, found)
        if not found.medicines:
            self._find_spellings(left, found)
        else:
            self._find_spellings(left, found, only_certain=True)
        certain = bool(found.medicines)
        phrase = found.classes[0] if found.classes and not certain else None
        return Line(
            given=segment.given,
            medicines=tuple(dict.fromkeys(found.medicines)),
            spelled=found.spelled,
            did_you_mean=() if certain else tuple(dict.fromkeys(one for one in found.ask if one)),
            class_named=phrase.groups if phrase else (),
            hint=phrase.hint if phrase else found.hint,
            not_held=None if certain or found.ask else found.not_held,
            taking=segment.taking,
            is_unclear=segment.is_unclear,
            dose=segment.dose,
            on_skin_or_eye=skin,
        )

    def _find_names(self, words: Sequence[str], found: _Found) -> list[list[str]]:
        """Take out every run of words that is a name, and return the runs that are left over."""
        left: list[list[str]] = [[]]
        place = 0
        after_name = False
        while place < len(words):
            size = self._longest_name(words, place)
            if size and not (after_name and size == 1 and self._is_salt(words[place], found)):
                self._take(words[place : place + size], found)
                left.append([])
                place += size
                after_name = True
                continue
            word = compact(words[place])
            if word not in self._noise and not (after_name and word in self._salts) and not word.isdigit():
                left[-1].append(word)
                after_name = False
            else:
                after_name = after_name and word in self._salts
                left.append([])
            place += 1
        return [run for run in left if run]

    def _longest_name(self, words: Sequence[str], place: int) -> int:
        for size in range(min(LONGEST_NAME_IN_WORDS, len(words) - place), 0, -1):
            run = words[place : place + size]
            if size == 1 and run[0] == "k+":
                return 1
            key = compact("".join(run))
            if key not in self._names and key not in self._phrases:
                continue
            if size == 1 and key == "mg" and place > 0:
                continue  # a unit without its number, not magnesium
            after = words[place + size] if place + size < len(words) else ""
            if size > 1 and run[-1].isdigit() and compact(after) in self._noise:
                continue  # "Tylenol 3 tablets" is not the brand "Tylenol 3"
            return size
        return 0

    def _is_salt(self, word: str, found: _Found) -> bool:
        """Whether a word right after a name is that medicine's salt, not one more medicine."""
        key = compact(word)
        if key in self._minerals:
            return bool(found.medicines) and found.medicines[-1] in self._minerals[key]
        return key in self._salts

    def _take(self, run: Sequence[str], found: _Found) -> None:
        key = "potassiumchloride" if run[0] == "k+" else compact("".join(run))
        phrase = self._phrases.get(key)
        found.count += 1
        if phrase is not None and id(phrase) in self._ambiguous:
            found.ask.extend(_without_brackets(self.table.medicines[one].name) for one in phrase.medicines)
            found.hint = phrase.hint
        elif self._names.get(key):
            found.medicines.extend(self._names[key])
        elif phrase is not None:
            found.classes.append(phrase)
        else:
            found.not_held = self._written.get(key)

    def _shown(self, name: str) -> str:
        """Return a name as it is offered: a brand as it is, other names of one medicine by its first name."""
        means = self._names[name]
        if len(means) == 1 and name not in self._speller.brands:
            return _without_brackets(self.table.medicines[means[0]].name)
        return self._written[name]

    def _find_spellings(
        self, left: Iterable[Sequence[str]], found: _Found, *, only_certain: bool = False
    ) -> None:
        for run in left:
            for size, word in _windows(run):
                if size == 1 and word in self._noise:
                    continue
                guess = self._speller.guess(word)
                found.count += bool(guess.name)
                if guess.name and self._names[guess.name]:
                    found.medicines.extend(self._names[guess.name])
                    found.spelled = self._shown(guess.name)
                    break
                if guess.name:
                    found.not_held = self._written[guess.name]
                    break
                if guess.ask and not only_certain:
                    found.ask.extend(self._shown(name) for name in guess.ask)
                    break


def _without_brackets(name: str) -> str:
    """Return "Magnesium" for "Magnesium (any salt, by mouth)"."""
    return name.split(" (")[0]


def _windows(run: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the runs of up to 3 words, longest first, joined: a name may have been torn apart."""
    for size in range(min(3, len(run)), 0, -1):
        for start in range(len(run) - size + 1):
            yield size, "".join(run[start : start + size])
