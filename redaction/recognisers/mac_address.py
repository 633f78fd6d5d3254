"""Addresses of network cards and handsets, which follow a phone from place to place."""

from redaction.recogniser import Example, Recogniser, Shape

RECOGNISER = Recogniser(
    kind="device_address",
    entity="MAC_ADDRESS",
    shapes=(
        Shape("pairs", r"(?<![\w:.-])[0-9A-F]{2}([:.-])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}(?![:.-]?\w)", 0.6),
        Shape("groups of four", r"(?<![\w:.-])(?:[0-9A-F]{4}\.){2}[0-9A-F]{4}(?![:.-]?\w)", 0.5),
        Shape(
            "handset",
            r"(?<=\b(?:imei|imsi|iccid)\W{0,3}(?:is |no\W{0,2}|number\W{0,2})?)"
            r"[0-9](?:[\s.\-/]?[0-9]){13,19}(?!\w)",
            0.7,
        ),
    ),
)

EXAMPLES = (
    Example("mac 00:1B:44:11:3A:B7", ("00:1B:44:11:3A:B7",)),
    Example("00-1b-44-11-3a-b7.", ("00-1b-44-11-3a-b7",)),
    Example("001b.4411.3ab7", ("001b.4411.3ab7",)),
    Example("IMEI 490154203237518", ("490154203237518",)),
    Example("at 10:20:30 or 20-11-26"),
    Example("1,2.3.4 00:1B:44:11"),
)
