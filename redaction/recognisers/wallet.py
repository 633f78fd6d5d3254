"""Addresses of crypto wallets: Bitcoin (checked, through presidio) and the Ethereum family."""

from functools import cache
from typing import Any

import regex

from redaction.recogniser import Example, Recogniser, Shape

_ETHEREUM = regex.compile(r"0x[0-9a-f]{40}", regex.IGNORECASE)


def _check(found: str) -> bool | None:
    if _ETHEREUM.fullmatch(found):
        return None
    return bool(_bitcoin().validate_result(found))


@cache
def _bitcoin() -> Any:
    from presidio_analyzer.predefined_recognizers import CryptoRecognizer

    return CryptoRecognizer()


RECOGNISER = Recogniser(
    kind="wallet",
    entity="CRYPTO",
    shapes=(
        Shape("bitcoin", r"(?<!\w)(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59}(?!\w)", 0.5),
        Shape("ethereum", r"(?<!\w)0x[0-9a-f]{40}(?!\w)", 0.7),
    ),
    check=_check,
    stock="CryptoRecognizer",
)

EXAMPLES = (
    Example("donate 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", ("16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ",)),
    Example("0x52908400098527886E0F7030069857D2E4169EE7", ("0x52908400098527886E0F7030069857D2E4169EE7",)),
    Example("16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyX fails its check"),
    Example("commit 3f786850e387550fdab836ed7e6dc881de23001b"),
)
