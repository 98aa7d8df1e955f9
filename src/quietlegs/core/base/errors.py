"""What can be wrong with what a person gave, and how it is said: what, where, and how to mend it."""

from dataclasses import dataclass


class QuietlegsError(Exception):
    """Something a person gave cannot be used. The message is for the person: a ``Message`` where a page may show it."""

    @property
    def said(self) -> str:
        """The message as it was given, so that it can still be said in another language; ``str`` makes it plain."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file or form.

    ``line`` counts from 1 and includes the header; ``column`` is the column's name. None where it does not apply.
    ``what`` and ``mend`` are ``Message`` where a page may show them.
    """

    what: str
    mend: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (
                f"line {self.line}" if self.line else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        said = f"{self.what} {self.mend}".rstrip()
        return f"{where[:1].upper()}{where[1:]}: {said}" if where else said
