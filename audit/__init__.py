"""What happened, provably. This room knows nothing of the business above it.

record(Act.X, by=user, about=row, authorisation=..., **data)   one evidence event, in the caller's transaction
step                                                            decorator of every function that changes something
clock.now()                                                     the one clock
"""

from typing import TYPE_CHECKING, Any

from audit import clock
from audit.acts import Act
from audit.context import Refusal, acting, step

if TYPE_CHECKING:
    from audit.services import record

__all__ = ["Act", "Refusal", "acting", "clock", "record", "step"]


def __getattr__(name: str) -> Any:
    # `record` needs the models, which exist only once Django has loaded its apps.
    if name == "record":
        from audit.services import record

        return record
    raise AttributeError(name)
