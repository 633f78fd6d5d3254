"""The only code that reaches a platform. One module per platform, found by looking into this package."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from gateway.contract import Connector


class NoConnector(LookupError):
    """No connector has this name."""


@cache
def connectors() -> Mapping[str, Connector]:
    """Every connector by its name."""
    found: dict[str, Connector] = {}
    for module in pkgutil.iter_modules(__path__):
        connector: Connector = import_module(f"{__name__}.{module.name}").CONNECTOR
        if connector.name != module.name:
            raise ValueError(f"gateway/connectors/{module.name} holds a connector named {connector.name}")
        found[connector.name] = connector
    return MappingProxyType(found)


def connector(name: str) -> Connector:
    """The connector of this name.

    Raises:
        NoConnector: there is none; says which there are.
    """
    try:
        return connectors()[name]
    except KeyError:
        raise NoConnector(
            f"There is no connector for {name}; there are {', '.join(sorted(connectors()))}."
        ) from None
