"""Text in, safe text out.

`redact` hides every place where personal data was found behind a chip such as `[email 1]`, or raises
`Withheld`: an error, a pattern that does not finish, a text that is too long or is not text all mean that
the text is not kept.

Importing this room is cheap: presidio and spaCy are loaded by the first text.
"""

from collections.abc import Iterable

from redaction.kinds import BY_CODE, KINDS, Kind, Piece, pieces
from redaction.results import Reason, Redacted, Span, Withheld

__all__ = [
    "Kind",
    "Piece",
    "Reason",
    "Redacted",
    "Span",
    "Withheld",
    "fingerprint",
    "kinds",
    "pieces",
    "redact",
    "redact_batch",
]


def redact(text: str, *, allow: frozenset[str] = frozenset()) -> Redacted:
    """Hide the personal data in `text`.

    The result's text has been searched in its final form, so redacting it again changes nothing.

    Args:
        allow: handles of official accounts, which are not personal data; compared as read, without regard
        to case
            or a leading @.

    Raises:
        Withheld: redaction cannot vouch for this text; it must not be stored, shown, logged or passed on.
    """
    from redaction import pipeline

    return pipeline.redact(text, allow=allow)


def redact_batch(texts: Iterable[str], *, allow: frozenset[str] = frozenset()) -> list[Redacted | Withheld]:
    """`redact` for many texts: one result each, in their order. A text that is refused yields its
    `Withheld`."""
    from redaction import pipeline

    return pipeline.redact_batch(texts, allow=allow)


def fingerprint() -> str:
    """SHA-256 of the redaction in use: its version, its recognisers and the packages it relies on."""
    from redaction import versions

    return versions.fingerprint()


def kinds() -> tuple[Kind, ...]:
    """The kinds of personal data that this installation looks for, with their plain words and chip labels."""
    from redaction.recogniser import declared

    looked_for = {spec.kind for spec in declared().values()}
    return tuple(kind for kind in KINDS if kind.code in looked_for)


def kind(code: str) -> Kind:
    """The kind called `code`; KeyError if there is none."""
    return BY_CODE[code]
