"""Addresses of devices on the internet (IPv4 and IPv6)."""

import ipaddress

from redaction.recogniser import Example, Recogniser


def _check(found: str) -> bool | None:
    try:
        address = ipaddress.ip_address(found.split("/")[0].split("%")[0])
    except ValueError:
        return False
    # "::", "bad::" and "12::" are punctuation; a real one has a digit and at least two filled groups.
    if address.version == 6 and (sum(map(bool, found.split(":"))) < 2 or not any(map(str.isdigit, found))):
        return False
    return None


RECOGNISER = Recogniser(
    kind="device_address",
    entity="IP_ADDRESS",
    context=("ip", "ipv4", "ipv6", "server"),
    check=_check,
    stock="IpRecognizer",
)

EXAMPLES = (
    Example("server 192.0.2.17 is down", ("192.0.2.17",)),
    Example("2001:db8::8a2e:370:7334", ("2001:db8::8a2e:370:7334",)),
    Example("logged from 198.51.100.7.", ("198.51.100.7",)),
    Example("bad:: std::vector and 10:30:00"),
    Example("version 1.2.3 and 300.1.2.3"),
)
