"""Payment card numbers: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812)."""

import regex

from redaction.recogniser import Example, Recogniser, Shape


def _check(found: str) -> bool:
    digits = [int(digit) for digit in regex.sub(r"\D", "", found)]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (
        digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


RECOGNISER = Recogniser(
    kind="bank_card",
    entity="CREDIT_CARD",
    shapes=(Shape("card", r"(?<![\w.])(?=[2-6])[0-9](?:[\s.\-]{0,2}[0-9]){12,18}(?!\w)", 0.4),),
    context=("card", "visa", "mastercard", "amex", "maestro", "debit", "credit"),
    check=_check,
    stock="CreditCardRecognizer",
)

EXAMPLES = (
    Example("my card 4111 1111 1111 1111 got cloned", ("4111 1111 1111 1111",)),
    Example("4929939187355598", ("4929939187355598",)),
    Example("amex 3782-822463-10005", ("3782-822463-10005",)),
    Example("4111 1111 1111 1112 fails its check"),
    Example("id 1234567890123, 4444 4444 4444 4444"),
)
