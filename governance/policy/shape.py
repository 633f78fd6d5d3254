"""A TOML table that is asked only for what it may hold."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any

from governance.policy.errors import Fault


class Table:
    """One table of the file. Every reading says what is wrong, and knows where the table stands."""

    def __init__(self, data: Mapping[str, Any], place: tuple[str | int, ...]) -> None:
        self.data = data
        self.place = place

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def items(self) -> ItemsView[str, Any]:
        return self.data.items()

    def values(self) -> ValuesView[Any]:
        return self.data.values()

    def get(self, name: str) -> Any:
        """The value as TOML gave it, or None."""
        return self.data.get(name)

    def only(self, *allowed: str) -> None:
        """Refuse any key that is not one of these."""
        for name in self.data:
            if name not in allowed:
                raise Fault(f"{name!r} is not known here.", f"Allowed are: {', '.join(allowed)}.", name)

    def without(self, *names: str) -> None:
        """Refuse these keys."""
        for name in names:
            if name in self.data:
                raise Fault(f"{name!r} means nothing for this kind.", "Remove it.", name)

    def text(self, name: str) -> str:
        """A non-empty text."""
        value = self.data.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Fault(f"{name!r} is missing or is not text.", "Write it in quotes.", name)
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of non-empty texts; () when there is none."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise Fault(
                f"{name!r} is not a list of texts.", "Write texts in quotes, in square brackets.", name
            )
        return tuple(value)

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Fault(
                f"{name!r} is missing or is not a whole number.", "Write digits without quotes.", name
            )
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(name)
        if value not in allowed:
            raise Fault(f"{name!r} is {value!r}.", f"It may be: {', '.join(allowed)}.", name)
        return value

    def table(self, name: str) -> Table:
        """A table inside this one; an empty one when there is none."""
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            raise Fault(
                f"{name!r} is not a table.", "Write it in curly brackets or under its own heading.", name
            )
        return Table(value, (*self.place, name))

    def tables(self, name: str) -> list[Table]:
        """A list of tables; empty when there is none."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Fault(
                f"{name!r} is not a list of tables.", f"Write [[{name}]] headings or curly brackets.", name
            )
        return [Table(item, (*self.place, name, index)) for index, item in enumerate(value)]
