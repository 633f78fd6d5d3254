"""Dates of birth, only where the words around say so: the date of a march is not personal data."""

from redaction.recogniser import Example, Recogniser, Shape

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?:(?:19|20)[0-9]{2}|['’]?[0-9]{2}(?!:)\b)"
_DATE = (
    rf"(?:{_DAY}\s?[./\-]\s?(?:0?[1-9]|1[0-2])\s?[./\-]\s?{_YEAR}"
    rf"|(?:0?[1-9]|1[0-2])/{_DAY}/{_YEAR}"
    rf"|(?:19|20)[0-9]{{2}}[./\-](?:0?[1-9]|1[0-2])[./\-]{_DAY}"
    rf"|{_DAY}(?:st|nd|rd|th)?[\s.\-]{{1,2}}(?:of\s)?{_MONTH}\.?(?:,?[\s.\-]{{1,2}}{_YEAR})?"
    rf"|{_MONTH}\.?\s{_DAY}(?:st|nd|rd|th)?(?:,?\s(?:19|20)[0-9]{{2}})?)(?![\w/])"
)
_SAYS = (
    r"(?:d\.?\s?o\.?\s?b\.?|date\sof\sbirth|birth\s?dates?|birth\s?days?|b'?days?|born(?:\son)?"
    r"|dyddiad\sgeni|ganwyd|n[ée]e?\sle|geboren(?:\sam)?|nacid[oa]\sel|urodzon[ya])"
)
_JOIN = r"(?:\s?[:=\-(]\s?|\s(?:is|was|on|the|in|are|on\sthe)(?=\s)){0,4}\s?"

RECOGNISER = Recogniser(
    kind="date_of_birth",
    entity="DATE_OF_BIRTH",
    shapes=(
        Shape("said before", rf"(?<=\b{_SAYS}{_JOIN}){_DATE}", 0.8),
        Shape(
            "said after",
            rf"(?<![\w/]){_DATE}(?=\s?[(,]?\s?(?:d\.?o\.?b\b|date\sof\sbirth"
            r"|(?:is|was)\s(?:my|his|her|their)\sbirth))",
            0.7,
        ),
        Shape("month and year", rf"(?<=\bborn\s(?:in\s)?){_MONTH}\s(?:19|20)[0-9]{{2}}\b", 0.6),
    ),
)

EXAMPLES = (
    Example("dob 12/03/1987 white male", ("12/03/1987",)),
    Example("D.O.B: 1-2-85", ("1-2-85",)),
    Example("he was born on the 5th of December 1987", ("5th of December 1987",)),
    Example("date of birth is 1987-03-12", ("1987-03-12",)),
    Example("12 March 1987 (DOB)", ("12 March 1987",)),
    Example("ganwyd 3 May 1990", ("3 May 1990",)),
    Example("born in March 1987", ("March 1987",)),
    Example("the march is on 20/11/2026 at 10am"),
    Example("20 November 2026, born in Leeds"),
)
