"""Phone numbers of any country or length after a word that says so: "whatsapp 085797402685", "contact no 5550140"."""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_SAYS = (
    r"call(?:ing)?|ring|rang|phone|phoned|tel|telephone|whats\s?app|wsp|wa|contact|mobile|mob|cell|sms|text(?:ing)?"
    r"|txt|hotline|helpline|fax|ffôn|ffoniwch|galwch|téléphone|appelez|appelle|llama|teléfono|telefon|numer|zadzwoń"
)
_JOIN = (
    r"(?:\s?[:=.~\-–>]{1,3}|\s(?:me|us|him|her|them|now|on|at|no|num|number|nr|is|my|the|a|here|this|back)\b\.?){0,4}"
    r"[\s(+]{1,3}"
)


def _check(found: str) -> bool | None:
    digits = regex.sub(r"\D", "", found)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 2:
        return False
    # "call 2019-2020", "call 20/11/2026": years and dates.
    return (
        False
        if regex.fullmatch(r"(?:19|20)\d\d\D{1,3}(?:19|20)\d\d|\d{1,2}\D\d{1,2}\D(?:19|20)\d\d", found)
        else None
    )


RECOGNISER = Recogniser(
    kind="phone",
    entity="PHONE_NUMBER_NAMED",
    shapes=(
        Shape(
            "after a word", rf"(?<=\b(?:{_SAYS}){_JOIN})(?<!\d)\d(?:[\s.\-()]{{0,2}}\d){{6,14}}(?!\w)", 0.5
        ),
    ),
    check=_check,
)

EXAMPLES = (
    Example("contact ~> 085797402685 #fun", ("085797402685",)),
    Example("WhatsApp me on 512 345 678", ("512 345 678",)),
    Example("call the desk, ring 555-0140 now", ("555-0140",)),
    Example("tel: (512) 345 6789", ("512) 345 6789",)),
    Example("call 999 or 101, text 12345 to vote"),
    Example("call 2019-2020 a bad season, ring 20.11.2026"),
    Example("8388608 views"),
)
