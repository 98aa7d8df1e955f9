"""A mapping as a YAML file, which a person looks over and keeps."""

from typing import Any

import yaml

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import FactorKind
from quietlegs.exchange.mapping import DATE_ORDERS, FACTOR, NAMED_BY, USES, ColumnUse, Mapping


def write_mapping(mapping: Mapping) -> str:
    """Return a mapping as YAML, for a person to look over and ``read_mapping`` to read."""
    columns: dict[str, Any] = {}
    for one in mapping.columns:
        held: Any = one.use
        if one.use == FACTOR:
            held = {"factor": one.name, "kind": one.kind.value, **({"unit": one.unit} if one.unit else {})}
        columns[one.column] = held
    head = (
        f"# Each column is: {', '.join(USES)}.\n"
        "# dates: ymd, dmy or mdy. night_named_by: evening (the night begins on this date) or morning.\n"
    )
    held = {
        "dates": mapping.date_order or "ask",
        "night_named_by": mapping.named_by,
        "decimal_comma": mapping.decimal_comma,
        "columns": columns,
    }
    return head + str(yaml.safe_dump(held, allow_unicode=True, sort_keys=False))


def read_mapping(text: str) -> Mapping:
    """Return the mapping in a YAML file.

    Raises:
        QuietlegsError: saying what is wrong in it and how to mend it.
    """
    try:
        held = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise QuietlegsError(
            message("The map is no YAML file ({why}).", why=str(error).splitlines()[0])
        ) from error
    if not isinstance(held, dict) or not isinstance(held.get("columns"), dict):
        raise QuietlegsError(
            message("The map names no columns. Let Quietlegs write one: give a name that is not there yet.")
        )
    order, named_by = held.get("dates"), held.get("night_named_by", "evening")
    if order not in DATE_ORDERS:
        raise QuietlegsError(
            message(
                "The map's dates are {order}. Say {orders}: day, month and year in their order.",
                order=repr(order),
                orders=", ".join(DATE_ORDERS),
            )
        )
    if named_by not in NAMED_BY:
        raise QuietlegsError(
            message(
                "The map's night_named_by is {named_by}. Say {words}.",
                named_by=repr(named_by),
                words=" or ".join(NAMED_BY),
            )
        )
    columns = tuple(_use_of(str(column), use) for column, use in held["columns"].items())
    return Mapping(columns, order, named_by, held.get("decimal_comma") is True)


def _use_of(column: str, held: Any) -> ColumnUse:
    if isinstance(held, str) and held in USES and held != FACTOR:
        return ColumnUse(column, held)
    if held == FACTOR:
        return ColumnUse(column, FACTOR, column)
    kinds = [kind.value for kind in FactorKind]
    if not isinstance(held, dict) or "factor" not in held or held.get("kind", "amount") not in kinds:
        raise QuietlegsError(
            message(
                "Column {column}: say one of {uses}; or factor: NAME with kind: {kinds}.",
                column=column,
                uses=", ".join(USES),
                kinds=", ".join(kinds),
            )
        )
    unit = held.get("unit")
    return ColumnUse(
        column,
        FACTOR,
        str(held["factor"]),
        FactorKind(held.get("kind", "amount")),
        str(unit) if unit else None,
    )
