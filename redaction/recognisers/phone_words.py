"""Phone numbers of the United Kingdom spelt out digit by digit: "oh seven seven double oh ..."."""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "nil": "0", "one": "1", "won": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ate": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "dbl": 2, "triple": 3, "treble": 3}
_ONE = rf"(?:(?:{'|'.join(_TIMES)})\W{{0,3}})?(?:{'|'.join(_DIGITS)}|\d)"
_WORD = regex.compile(
    rf"{'|'.join(_TIMES)}|{'|'.join(sorted(_DIGITS, key=len, reverse=True))}|\d", regex.IGNORECASE
)


def _check(found: str) -> bool | None:
    digits, times = "", 1
    for word in _WORD.findall(found.lower()):
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits, times = digits + _DIGITS.get(word, word) * times, 1
    if digits.startswith("0123456789"):  # counting
        return False
    # Figures alone are for `phone_spaced`; from here come words, with or without figures among them.
    return (
        None
        if 10 <= len(digits) <= 11 and digits[1] in "1235789" and regex.search(r"\p{L}", found)
        else False
    )


RECOGNISER = Recogniser(
    kind="phone",
    entity="PHONE_NUMBER_WORDS",
    shapes=(
        Shape("digit by digit", rf"(?<!\w)(?:zero|oh|o|nought|nil|0)(?:\W{{0,3}}{_ONE}){{6,10}}(?!\w)", 0.6),
    ),
    check=_check,
)

EXAMPLES = (
    Example(
        "call zero seven seven zero zero nine zero zero one two three ok",
        ("zero seven seven zero zero nine zero zero one two three",),
    ),
    Example(
        "oh-seven-seven, double oh, nine, double-oh, one two three!",
        ("oh-seven-seven, double oh, nine, double-oh, one two three",),
    ),
    Example("o7seven 00 nine 0 0 one 2 three", ("o7seven 00 nine 0 0 one 2 three",)),
    Example("zero one two three four five six seven eight nine ten"),
    Example("oh one of us won, two or three ate, four to six left"),
)
