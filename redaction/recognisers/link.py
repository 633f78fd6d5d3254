"""Links. The site stays on the chip; path and query go, since they can name a person, a place or a session.

A bare site name ("bbc.co.uk") is no link to anything in particular and stays.
"""

from redaction.recogniser import Example, Recogniser, Shape

_REST = r"[^\s<>\"“”»\ufffc]*[^\s<>\"“”»\ufffc.,;:!?')\]}…]"
_NAME = r"[^\s/?#@<>\"“”»\ufffc]+"
_HOST = r"(?:[\w-]+\.)+\p{L}{2,24}"

RECOGNISER = Recogniser(
    kind="link",
    entity="URL",
    shapes=(
        Shape("scheme and path", rf"\b(?:https?|ftp|hxxps?)://(?:[^\s/@]+@)?{_NAME}[/?#]{_REST}", 0.6),
        Shape("scheme and password", rf"\b(?:https?|ftp)://[^\s/@]+@{_NAME}", 0.6),
        Shape("site and path", rf"(?<![\w.@/-]){_HOST}(?::\d{{2,5}})?[/?#]{_REST}", 0.5),
        Shape(
            "other schemes",
            rf"\b(?:mailto|tel|sms|skype|tg|whatsapp|magnet|geo|intent|acct):(?!\s){_REST}",
            0.5,
        ),
    ),
)

EXAMPLES = (
    Example("look https://t.co/VqUyaKbbDR now", ("https://t.co/VqUyaKbbDR",)),
    Example("(see http://news.example/a/b?c=d).", ("http://news.example/a/b?c=d",)),
    Example("northshire.police.uk/report/123", ("northshire.police.uk/report/123",)),
    Example("https://sam:secret@files.example", ("https://sam:secret@files.example",)),
    Example("tel:+447700900123", ("tel:+447700900123",)),
    Example("it was on bbc.co.uk and https://www.gov.uk yesterday"),
    Example("yes/no. and/or, 24/7 11/12, tel: none"),
)
