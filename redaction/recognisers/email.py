"""E-mail addresses.

Presidio asks a public suffix list, fetched from the network, whether the domain exists, and lets an address
stand where it does not. Here whatever has the form of an address is hidden.
"""

from redaction.recogniser import Example, Recogniser, Shape

# Starts only where a local part can start, so that a long run of letters is tried once, not at every letter.
_LOCAL = r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+"
_DOMAIN = r"(?:[\w-]+\.)+(?=[\w-]*\p{L})[\w-]*\w"
_PROVIDERS = (
    "aol|btinternet|gmail|gmx|googlemail|hotmail|icloud|live|msn|outlook|proton|protonmail|sky|talktalk"
    "|virginmedia|yahoo|ymail"
)

RECOGNISER = Recogniser(
    kind="email",
    entity="EMAIL_ADDRESS",
    shapes=(
        Shape("address", rf"{_LOCAL}@{_DOMAIN}", 0.9),
        Shape("quoted local part", rf'"[^"\n]{{1,64}}"@{_DOMAIN}', 0.7),
        Shape("known provider without its ending", rf"{_LOCAL}@(?:{_PROVIDERS})\b", 0.6),
        Shape("at an internet address", rf"{_LOCAL}@\[?(?:\d{{1,3}}\.){{3}}\d{{1,3}}\]?", 0.7),
    ),
)

EXAMPLES = (
    Example("email sam.smith@gmail.com for tickets", ("sam.smith@gmail.com",)),
    Example("SAM.SMITH+demo@NORTHSHIRE.EXAMPLE!", ("SAM.SMITH+demo@NORTHSHIRE.EXAMPLE",)),
    Example("(o'neil_99@post.example.co.uk)", ("o'neil_99@post.example.co.uk",)),
    Example("schreib an jürgen@müller.example bitte", ("jürgen@müller.example",)),
    Example("dm me, samk@hotmail or sam@proton", ("samk@hotmail", "sam@proton")),
    Example("root@192.0.2.7 is open", ("root@192.0.2.7",)),
    Example("see you @ the pub, 5pm @ the.bridge"),
    Example("cost was 5@2.50 each way"),
)
