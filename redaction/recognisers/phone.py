"""Phone numbers, through Google's libphonenumber.

A number with its country code is found wherever it comes from. Without one it is read as a number of the
regions below, the United Kingdom first.
"""

from typing import Any

from redaction.recogniser import Example, Recogniser

REGIONS = ("GB", "IE", "US", "FR", "ES", "RO", "IN", "NG")
CONTEXT = ("phone", "telephone", "tel", "mobile", "mob", "cell", "whatsapp", "ring", "text", "ffôn")


def build(name: str) -> Any:
    """Presidio's phone recogniser for our regions."""
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    return PhoneRecognizer(
        name=name, supported_regions=REGIONS, context=list(CONTEXT), supported_entity=RECOGNISER.entity
    )


RECOGNISER = Recogniser(kind="phone", entity="PHONE_NUMBER", build=build, context=CONTEXT)

EXAMPLES = (
    Example("call me on 07911 123456", ("07911 123456",)),
    Example("text 07911123456 now", ("07911123456",)),
    Example("ring 020 7946 0018 or 0161 496 0123", ("020 7946 0018", "0161 496 0123")),
    Example("+44 20 7946 0018", ("+44 20 7946 0018",)),
    Example("(028) 9649 6012", ("(028) 9649 6012",)),
    Example("appelle le +33 6 12 34 56 78", ("+33 6 12 34 56 78",)),
    Example("+91 98765 43210", ("+91 98765 43210",)),
    Example("call 999, or 101 if it can wait"),
    Example("2019 2020 2021 were odd years"),
    Example("score 3-2, 45,000 people, 20/11/2026 10:30"),
)
