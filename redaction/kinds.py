"""The kinds of personal data, in plain words, and the chip that stands where one was hidden.

A chip is the word and a number in square brackets: `[email 1]`. Numbers restart in each post, so that
nobody can be followed from post to post; inside a post the same number is the same value. A link keeps its
site: `[link 1: bbc.co.uk]`.
"""

from dataclasses import dataclass

import regex


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal data.

    Attributes:
        code: the word used in code, counts and files.
        label: the word on the chip.
        meaning: what a reader is told that the chip stands for.
        group: which of the four looks a chip has on a page: person, account, contact or place.
        keeps_site: the chip shows the site's name (links only).
    """

    code: str
    label: str
    meaning: str
    group: str
    keeps_site: bool = False


# In order of precedence: where two findings cover the same characters with the same score, the upper row
# wins.
KINDS: tuple[Kind, ...] = (
    Kind("email", "email", "an email address", "contact"),
    Kind("nhs_number", "NHS number", "an NHS number", "contact"),
    Kind("bank_card", "bank card", "the number of a bank card", "contact"),
    Kind("bank_account", "bank account", "the number of a bank account", "contact"),
    Kind("ni_number", "National Insurance number", "a National Insurance number", "contact"),
    Kind("driving_licence", "driving licence", "the number of a driving licence", "contact"),
    Kind("passport", "passport", "the number of a passport", "contact"),
    Kind("custody_number", "custody number", "a custody or police national computer number", "contact"),
    Kind("crime_number", "crime number", "a crime reference number", "contact"),
    Kind("incident_number", "incident number", "an incident or log number", "contact"),
    Kind("collar_number", "collar number", "an officer's collar number", "person"),
    Kind("date_of_birth", "date of birth", "a date of birth", "person"),
    Kind("device_address", "device address", "a device's address on a network", "contact"),
    Kind("wallet", "wallet", "the address of a crypto wallet", "contact"),
    Kind("map_position", "map position", "a position on the map", "place"),
    Kind("address", "address", "a home, school or work address", "place"),
    Kind("postcode", "postcode", "a postcode", "place"),
    Kind("number_plate", "number plate", "a vehicle's number plate", "contact"),
    Kind("phone", "phone", "a phone number", "contact"),
    Kind("profile", "profile", "a link to somebody's account", "account", keeps_site=True),
    Kind("link", "link", "a link; the site's name is kept", "place", keeps_site=True),
    Kind("handle", "account", "a username", "account"),
    Kind("name", "name", "somebody's name", "person"),
)

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
RANK: dict[str, int] = {kind.code: place for place, kind in enumerate(KINDS)}
_BY_LABEL: dict[str, Kind] = {kind.label: kind for kind in KINDS}

# At most three digits and a plain host name, so that no value can shelter inside brackets of its own.
CHIP = regex.compile(
    r"\[(?P<label>" + "|".join(regex.escape(kind.label) for kind in KINDS) + r") (?P<number>[1-9][0-9]{0,2})"
    r"(?:: (?P<site>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}))?\]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of redacted text: plain words (`kind` is None), or a chip with its kind and what it shows."""

    text: str
    kind: Kind | None = None
    number: int = 0
    site: str = ""


def pieces(redacted: str) -> list[Piece]:
    """Redacted text cut at its chips, for pages that draw them. Joining the `text` of all pieces gives it
    back."""
    found: list[Piece] = []
    last = 0
    for chip in CHIP.finditer(redacted):
        if chip.start() > last:
            found.append(Piece(redacted[last : chip.start()]))
        found.append(Piece(chip[0], _BY_LABEL[chip["label"]], int(chip["number"]), chip["site"] or ""))
        last = chip.end()
    if last < len(redacted):
        found.append(Piece(redacted[last:]))
    return found
