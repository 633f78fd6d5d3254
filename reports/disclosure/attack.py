"""The attacker: what anyone can work out about withheld numbers from published ones.

It is given only what the public gets (shown numbers, marks, and which numbers add up to which) and knows the
rules: counts are whole and not negative, zeros are always shown, so a withheld number is at least 1. It takes
nothing from the solver, so that a mistake there cannot hide itself here.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Interval:
    """The least and the greatest value a withheld number can have. `high` None: no limit was found."""

    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        """True if the withheld number is known."""
        return self.high == self.low

    def allows(self, value: int) -> bool:
        """True if the withheld number could be `value`, as far as the bounds say."""
        return self.low <= value and (self.high is None or value <= self.high)


class OutOfTime(RuntimeError):
    """The attack did not end within its budget, so nothing is proved."""


def attack(
    shown: Sequence[int | None],
    equations: Sequence[tuple[int, tuple[int, ...]]],
    *,
    whole: bool,
    deadline: float,
    only: Iterable[int] | None = None,
) -> dict[int, Interval]:
    """Bounds of every withheld cell (None in `shown`), or of those numbered in `only`.

    Args:
        equations: (total, parts) by cell number.
        whole: search whole numbers. Needed when tables are linked; for one table of two axes plain linear
            bounds are whole already and much quicker.
        deadline: a `time.monotonic` moment.

    Raises:
        OutOfTime: the deadline passed.
    """
    targets = [i for i, value in enumerate(shown) if value is None]
    if only is not None:
        wanted = set(only)
        targets = [i for i in targets if i in wanted]
    if not targets:
        return {}
    # Far above anything published: reaching it means that no limit follows from the figures.
    ceiling = 10 * max((value for value in shown if value is not None), default=0) + 1000
    model = _model(shown, equations, ceiling=ceiling, whole=whole)
    found: dict[int, Interval] = {}
    for cell in targets:
        low = _reach(model, cell, up=False, deadline=deadline)
        high = _reach(model, cell, up=True, deadline=deadline)
        # Bounds are whole up to the solver's tolerance of 1e-6.
        found[cell] = Interval(round(low), None if high >= ceiling - 0.5 else round(high))
    return found


def _model(
    shown: Sequence[int | None],
    equations: Sequence[tuple[int, tuple[int, ...]]],
    *,
    ceiling: int,
    whole: bool,
) -> Any:
    import highspy
    import numpy as np

    model = highspy.Highs()
    options: dict[str, bool | int | float] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
    }
    for option, setting in options.items():
        model.setOptionValue(option, setting)
    for i, value in enumerate(shown):
        model.addVar(*((1.0, float(ceiling)) if value is None else (float(value), float(value))))
        if whole and value is None:
            model.changeColIntegrality(i, highspy.HighsVarType.kInteger)
    for total, parts in equations:
        columns = np.array([total, *parts], dtype=np.int32)
        signs = np.array([-1.0] + [1.0] * len(parts))
        model.addRow(0.0, 0.0, len(columns), columns, signs)
    return model


def _reach(model: Any, cell: int, *, up: bool, deadline: float) -> float:
    import highspy

    left = deadline - time.monotonic()
    if left <= 0:
        raise OutOfTime("The attack on the table did not end in its time.")
    model.setOptionValue("time_limit", model.getRunTime() + left)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize if up else highspy.ObjSense.kMinimize)
    model.changeColCost(cell, 1.0)
    model.run()
    status = model.getModelStatus()
    value = model.getInfo().objective_function_value
    model.changeColCost(cell, 0.0)
    if status != highspy.HighsModelStatus.kOptimal:
        raise OutOfTime(
            f"The attack on the table ended without an answer ({model.modelStatusToString(status)})."
        )
    return float(value)
