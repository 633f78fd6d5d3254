"""E-mail addresses written in words: "sam at gmail dot com", "sam [at] gmail [dot] com"."""

from redaction.recogniser import Example, Recogniser, Shape

_OPEN, _CLOSE = r"\s{0,2}[\[({<]\s{0,2}", r"\s{0,2}[\])}>]\s{0,2}"
_AT_MARKED = rf"(?:{_OPEN}(?:@|at|a|arroba){_CLOSE})"
_AT = rf"(?:{_AT_MARKED}|\s{{0,2}}@\s{{0,2}}|\s{{1,2}}at\s{{1,2}})"
_DOT_MARKED = rf"(?:{_OPEN}(?:\.|dot|punkt|point|punto){_CLOSE}|\s{{1,2}}(?:dot|d0t)\s{{1,2}})"
_DOT = rf"(?:{_DOT_MARKED}|\s{{0,2}}\.\s{{0,2}})"
_LABEL = r"[\w-]{1,40}"
_LOCAL = r"(?<![\w.-])\w[\w.+-]{0,63}"
_ENDING = (
    r"(?:com|net|org|edu|gov|info|biz|me|io|co|uk|eu|ie|fr|de|es|it|pl|us|ca|au|in|pk|ng|example)"
    rf"(?:{_DOT}(?:uk|ie|au|in|nz|za))?\b"
)
_PROVIDER = (
    r"(?:aol|btinternet|g\s?mail|gmx|googlemail|hot\s?mail|icloud|live|msn|outlook|proton(?:mail)?|yahoo"
    r"|ymail)"
)

RECOGNISER = Recogniser(
    kind="email",
    entity="EMAIL_SPELLED",
    shapes=(
        Shape("at in brackets", rf"{_LOCAL}{_AT_MARKED}(?:{_LABEL}{_DOT}){{1,3}}{_ENDING}", 0.8),
        Shape(
            "dot in words",
            rf"{_LOCAL}(?:{_DOT_MARKED}{_LABEL}){{0,2}}{_AT}(?:{_LABEL}{_DOT}){{0,2}}{_LABEL}{_DOT_MARKED}"
            rf"(?:{_LABEL}{_DOT})?{_ENDING}",
            0.7,
        ),
        # "at outlook. It" ends a sentence: a full stop with a space after it needs one before it.
        Shape("known provider", rf"{_LOCAL}{_AT}{_PROVIDER}(?:{_DOT_MARKED}|\.|\s\.\s){_ENDING}", 0.7),
        Shape("letter by letter", r"(?<![\w.])(?:[\w.+-]\s){2,40}@\s(?:[\w.-]\s){3,40}\w(?!\w)", 0.7),
    ),
)

EXAMPLES = (
    Example("write to sam smith, sam.smith at gmail dot com ok", ("sam.smith at gmail dot com",)),
    Example("sam [at] northshire [dot] example", ("sam [at] northshire [dot] example",)),
    Example("sam(at)northshire.example", ("sam(at)northshire.example",)),
    Example("its aisha @ hotmail . co . uk", ("aisha @ hotmail . co . uk",)),
    Example("sam dot smith at post dot example", ("sam dot smith at post dot example",)),
    Example("s a m @ p o s t . u k 😂", ("s a m @ p o s t . u k",)),
    Example("meet at noon. come early"),
    Example("look at the site. com is short for commercial"),
    Example("we were at outlook. It was closed"),
)
