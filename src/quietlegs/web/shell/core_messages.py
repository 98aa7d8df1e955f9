"""What the core says in English, in the person's language: sentences, problems and errors.

The core hands over a ``Message``: an English sentence that knows how it was made. Here its words are looked up as those
of every page are, and its gaps filled anew: dates as people write them, decimals with the sign of the language, and a
message in a gap in that language too. What is no message, such as a text that the web made itself, stays as it is.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.messages import Message
from quietlegs.exchange.translations import Sentence


def in_language(said: object) -> str:
    """Return a text, a problem or an error in the person's language. A problem begins with where it is."""
    if isinstance(said, BaseException):
        return _error(said)
    if isinstance(said, Problem):
        return _problem(said)
    if isinstance(said, Message):
        return _message(said)
    return date_format(said, "j F Y") if isinstance(said, date) else str(said)


def what_to_do(problem: Problem) -> str:
    """Return what is wrong and how to mend it, without the place: for beside the very question."""
    return f"{in_language(problem.what)} {in_language(problem.mend)}".rstrip()


def _message(said: Message) -> str:
    words = ngettext(said.text, said.many, said.number) if said.many else gettext(said.text)
    language = (get_language() or "").partition("-")[0]
    return Sentence(words, language).format(
        **{name: in_language(value) for name, value in said.values.items()}
    )


def _problem(problem: Problem) -> str:
    said = what_to_do(problem)
    where = {"line": problem.line, "column": problem.column, "said": said}
    if problem.line and problem.column:
        return _("Line %(line)s, column %(column)s: %(said)s") % where
    if problem.line:
        return _("Line %(line)s: %(said)s") % where
    return _("Column %(column)s: %(said)s") % where if problem.column else said


def _error(error: BaseException) -> str:
    problems = getattr(error, "problems", None)
    if isinstance(problems, tuple) and all(isinstance(one, Problem) for one in problems):
        return "\n".join(map(_problem, problems))
    return in_language(error.args[0]) if error.args else ""
