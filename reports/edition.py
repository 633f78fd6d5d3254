"""Which report this is: reference, version, date and the body that answers for it."""

import datetime as dt
from dataclasses import dataclass

from reports.period import HalfYear


@dataclass(frozen=True)
class Edition:
    """The identity of one version of one report. Every date in its files comes from here."""

    ref: str
    version: int
    kind: str
    period: HalfYear
    dated: dt.datetime
    body: str
    contact: str
    fictional: bool
