"""Bank accounts: IBANs (ISO 13616: length per country, check digits), sort codes, account numbers."""

import regex

from redaction.recogniser import Example, Recogniser, Shape

# Countries by the length of their IBAN (SWIFT registry).
_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
    22: "BG BH DE GB GE IE ME RS", 23: "AE GI IL TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "PT LY ST",
    26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL", 29: "BR EG PS QA UA",
    30: "JO KW MU", 31: "MT SC", 32: "LC",
}  # fmt: skip
_IBAN = "|".join(
    rf"(?:{'|'.join(countries.split())})[0-9]{{2}}(?:[\s.\-]?[A-Z0-9]){{{length - 4}}}"
    for length, countries in _LENGTHS.items()
)
_IS = r"(?:\s?(?:no|num|number|code|is|are)\b\.?){0,4}\s?[:=#.\-]?\s?"


def _check(found: str) -> bool | None:
    bare = regex.sub(r"[^A-Z0-9]", "", found.upper())
    if not bare[:2].isalpha():
        return None  # a sort code or account number: the words before it are its check
    number = "".join(str(int(character, 36)) for character in bare[4:] + bare[:4])
    return int(number) % 97 == 1


RECOGNISER = Recogniser(
    kind="bank_account",
    entity="BANK_ACCOUNT",
    shapes=(
        Shape("IBAN", rf"(?<![A-Z0-9])(?:{_IBAN})(?![A-Z0-9])", 0.5),
        Shape(
            "sort code", rf"(?<=\b(?:sort\s?code|s/c){_IS})(?:[0-9]{{2}}[\s\-.]?){{2}}[0-9]{{2}}(?!\w)", 0.6
        ),
        Shape(
            "sort code and account",
            r"(?<![\w/-])[0-9]{2}-[0-9]{2}-[0-9]{2}[\s,;/]{1,3}"
            r"(?:(?:a/?c|acc(?:ount)?)(?:\s?(?:no|number))?[.:]?\s?)?[0-9]{8}(?!\w)",
            0.6,
        ),
        Shape("account", rf"(?<=\b(?:account|acct?|a/c|bank){_IS})[0-9]{{7,8}}(?![\w-])", 0.6),
    ),
    check=_check,
)

EXAMPLES = (
    Example("send to GB82 WEST 1234 5698 7654 32 now", ("GB82 WEST 1234 5698 7654 32",)),
    Example("de89370400440532013000", ("de89370400440532013000",)),
    Example("sort code 12-34-56 account number 12345678", ("12-34-56 account number 12345678",)),
    Example("sort code is 12 34 56. Account: 12345678", ("12 34 56", "12345678")),
    Example("donate: 12-34-56 12345678", ("12-34-56 12345678",)),
    Example("GB82 WEST 1234 5698 7654 33 fails its check"),
    Example("from 12-11-26 on, 12345678 views"),
)
