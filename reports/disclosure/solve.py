"""The cheapest set of cells to withhold so that no small number can be narrowed down.

A master programme picks the set; a linear adversary tries to narrow each small cell; where it succeeds, the
capacity of the cells it used becomes a new row of the master (the method of Fischetti and Salazar-González,
"Models and algorithms for the 2-dimensional cell suppression problem", Mathematical Programming 84, 1999).
Where tables are linked, a whole-number adversary has the last word.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.disclosure.attack import OutOfTime, attack
from reports.disclosure.tables import System

# A total is worth more to readers than a cell, and takes more with it: per axis that it sums up.
_TOTAL_WEIGHT = 20.0
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Need:
    """What must stay possible for one small cell: a value this low, and one this high."""

    low: int
    high: int


def cheapest(
    system: System, needs: Mapping[int, Need], *, forced: frozenset[int] = frozenset(), deadline: float
) -> frozenset[int] | None:
    """The cells to withhold (small ones included), or None if no proved answer came in time.

    Zeros are never withheld. `forced` cells are withheld whatever they cost.
    """
    must = forced | needs.keys()
    if not must:
        return frozenset()
    master = _Master(system, must, easy=forced - needs.keys())
    adversary = _Adversary(system)
    while True:
        chosen = master.choose(deadline)
        if chosen is None:
            return None
        adversary.open(chosen)
        cuts = 0
        for cell, need in needs.items():
            for up, width in (
                (True, need.high - system.values[cell]),
                (False, system.values[cell] - need.low),
            ):
                cuts += master.require(adversary.narrowed(cell, up=up, width=width), width)
            if time.monotonic() > deadline:
                return None
        if cuts:
            continue
        if system.bounds_are_whole or _holds(system, chosen, needs, deadline):
            return chosen
        # What fails for this set fails for every smaller one.
        master.refuse(chosen)


def _holds(system: System, chosen: frozenset[int], needs: Mapping[int, Need], deadline: float) -> bool:
    shown = [None if i in chosen else value for i, value in enumerate(system.values)]
    try:
        bounds = attack(shown, system.equations, whole=True, deadline=deadline, only=needs)
    except OutOfTime:
        return False
    return all(
        bounds[cell].allows(need.low) and bounds[cell].allows(need.high) for cell, need in needs.items()
    )


def _quiet() -> Any:
    import highspy

    model = highspy.Highs()
    # One thread and a fixed seed: the same table gives the same answer.
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
        model.setOptionValue(option, value)
    return model


class _Master:
    """Which cells to withhold: one yes-or-no column per cell."""

    def __init__(self, system: System, must: frozenset[int], *, easy: frozenset[int]) -> None:
        import highspy

        self.size = len(system.values)
        self.model = _quiet()
        for i, value in enumerate(system.values):
            low, high = (1.0, 1.0) if i in must else (0.0, 0.0 if value == 0 else 1.0)
            self.model.addVar(low, high)
            weight = (1 + math.sqrt(value)) * _TOTAL_WEIGHT ** system.depths[i]
            self.model.changeColCost(i, weight)
            self.model.changeColIntegrality(i, highspy.HighsVarType.kInteger)
        for total, parts in system.equations:
            cells = (total, *parts)
            for cell in set(cells) - easy:
                # One withheld number alone in a sum is no secret; a large one that was forced need not be.
                self._row(0.0, {other: -1.0 if other == cell else 1.0 for other in cells})

    def choose(self, deadline: float) -> frozenset[int] | None:
        import highspy

        left = deadline - time.monotonic()
        if left <= 0:
            return None
        self.model.setOptionValue("time_limit", self.model.getRunTime() + left)
        self.model.run()
        if self.model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return frozenset(i for i, y in enumerate(self.model.getSolution().col_value) if y > 0.5)

    def require(self, capacity: dict[int, float] | None, width: int) -> int:
        """Add a cut; returns how many rows were added."""
        if capacity is None:
            return 0
        # A cell that could move further than needed counts no more than what is needed.
        self._row(float(width), {i: min(c, float(width)) for i, c in capacity.items()})
        return 1

    def refuse(self, chosen: frozenset[int]) -> None:
        self._row(1.0, {i: 1.0 for i in range(self.size) if i not in chosen})

    def _row(self, at_least: float, terms: dict[int, float]) -> None:
        import highspy
        import numpy as np

        columns = np.array(list(terms), dtype=np.int32)
        self.model.addRow(at_least, highspy.kHighsInf, len(columns), columns, np.array(list(terms.values())))


class _Adversary:
    """How far a small cell can move when the chosen cells are withheld."""

    def __init__(self, system: System) -> None:
        import numpy as np

        self.values = np.array(system.values, dtype=float)
        self.ceiling = float(2 * max(system.values) + 100)
        self.model = _quiet()
        for value in system.values:
            self.model.addVar(float(value), float(value))
        for total, parts in system.equations:
            columns = np.array([total, *parts], dtype=np.int32)
            self.model.addRow(0.0, 0.0, len(columns), columns, np.array([-1.0] + [1.0] * len(parts)))
        self.opened: frozenset[int] = frozenset()

    def open(self, chosen: frozenset[int]) -> None:
        for i in chosen - self.opened:
            self.model.changeColBounds(i, 1.0, self.ceiling)
        for i in self.opened - chosen:
            self.model.changeColBounds(i, self.values[i], self.values[i])
        self.opened = chosen

    def narrowed(self, cell: int, *, up: bool, width: int) -> dict[int, float] | None:
        """None if `cell` can move by `width`; else what each cell, if withheld, could add to its movement."""
        import highspy
        import numpy as np

        if width <= 0:
            return None
        self.model.changeObjectiveSense(highspy.ObjSense.kMaximize if up else highspy.ObjSense.kMinimize)
        self.model.changeColCost(cell, 1.0)
        self.model.run()
        reached = self.model.getInfo().objective_function_value
        prices = np.array(self.model.getSolution().col_dual) * (1.0 if up else -1.0)
        self.model.changeColCost(cell, 0.0)
        if abs(reached - self.values[cell]) >= width - _TOLERANCE:
            return None
        room_up, room_down = self.ceiling - self.values, np.maximum(self.values - 1.0, 0.0)
        capacity = np.where(
            prices > 1e-9, prices * room_up, np.where(prices < -1e-9, -prices * room_down, 0.0)
        )
        capacity[self.values == 0] = 0.0
        return {int(i): float(capacity[i]) for i in np.flatnonzero(capacity)}
