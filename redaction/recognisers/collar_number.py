"""Collar (shoulder) numbers of officers, after a rank or the word itself."""

from redaction.recogniser import Example, Recogniser, Shape

# "PS" and "DI" are also words, so a rank counts in capitals or in full.
_RANK = (
    r"(?-i:W?PC|W?PS|PCSO|W?D[CS]|SC|CSO|TDC|Sgt|Sergeant|Constable|Officer|Inspector)"
    r"|police constable|police sergeant|special constable|police officer"
)
_NUMBER = r"[A-Z]{0,2}[0-9]{2,6}[A-Z]{0,2}\b"

RECOGNISER = Recogniser(
    kind="collar_number",
    entity="COLLAR_NUMBER",
    shapes=(
        Shape("rank and number", rf"(?<=\b(?:{_RANK})(?: (?:no|number))?\.?\s?){_NUMBER}", 0.6),
        Shape(
            "after collar number",
            r"(?<=\b(?:collar|shoulder|badge|warrant|epaulette|rhif coler)(?: card)? ?"
            rf"(?:id|no|num|numbers?)?\.?(?: is| was)?\s?[:=#.\-]?\s?){_NUMBER}",
            0.7,
        ),
    ),
)

EXAMPLES = (
    Example("PC 4417 pushed her", ("4417",)),
    Example("PC4417 and Sgt 88", ("4417", "88")),
    Example("collar number 1234AB", ("1234AB",)),
    Example("shoulder no. N512", ("N512",)),
    Example("my pc 2000 euros, my PC is 10 years old"),
    Example("officers made 12 arrests"),
)
