"""Personal details for the demonstration archive: every value is invented and can belong to nobody.

Phone numbers come from the ranges kept free for drama, network addresses and domains from the ranges kept free for
documentation, card numbers and IBANs are published test values, NHS numbers come from the 999 test range, National
Insurance numbers use prefixes that are never given to a person, plates begin with letters that are not used,
postcodes lie in districts that do not exist, positions in the open sea.
"""

import hashlib
import random
from collections.abc import Callable

from config.demo.world import STREETS

Maker = Callable[[random.Random], str]

ZERO_WIDTH = "\u200b"
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

GIVEN_NAMES = (
    *("Jenny", "Marcus", "Siân", "Gethin", "Oluwaseun", "Adaeze", "Kwabena", "Farida", "Imran", "Samina"),
    *(
        "Harpreet",
        "Gurdeep",
        "Ananya",
        "Vikram",
        "Katarzyna",
        "Zbigniew",
        "Ioana",
        "Bogdan",
        "Mihaela",
        "Oksana",
    ),
    *("Taras", "Yusuf", "Layla", "Hamza", "Noor", "Mei-Ling", "Jiahao", "Xiulan", "Lucía", "Joaquín"),
    *("Thandiwe", "Sipho", "Aoife", "Ruaridh", "Morag", "Desmond", "Winsome", "Leroy", "Ayşe", "Emre"),
    *("Nguyen", "Linh", "Tevita", "Mereana", "Freya", "Callum", "Dorothy", "Bernard", "Philippa", "Tomasz"),
)
FAMILY_NAMES = (
    *(
        "Ashdown-Pyle",
        "Brackenridge",
        "Cawthra",
        "Dunnockson",
        "Ellwater",
        "Fothersby",
        "Garrowhill",
        "Hebblewaite",
    ),
    *("Inchmore", "Jessamy", "Kirkfleet", "Larkenby", "Mossgrove", "Netherfold", "Oakhanger", "Pennistoke"),
    *("Okonjo-Bello", "Adeyinka", "Mensah-Boadu", "Chaudhary-Ross", "Qureshi-Vane", "Bhandal", "Sandhu-Lowe"),
    *(
        "Raghunathan",
        "Wiśniewiecki",
        "Kowalczuk",
        "Popescovici",
        "Ionescara",
        "Hrytsenchuk",
        "Bondarivna",
        "Al-Najdawi",
    ),
    *(
        "El-Khatibi",
        "Zhengwei",
        "Ouyangli",
        "Fuentealbas",
        "Quintanilha",
        "Mkhwanazi-Holt",
        "O’Dubhagan",
        "MacIlvrae",
    ),
    *(
        "ap Rhydderch",
        "Llewelyn-Foss",
        "Yıldırımoğlu",
        "Tranthuy",
        "Fonuamana",
        "Vasconcelhos",
        "Quillfeather",
    ),
)
NATIVE_NAMES: dict[str, tuple[str, ...]] = {
    "ar": ("ليلى النجداوي", "حمزة الخطيبي", "نور الديراني", "يوسف الصفدوي"),
    "bn": ("ফারিদা চৌধুরাণী", "ইমরান তালুকদারী", "অনন্যা সেনশর্মা"),
    "cy": ("Gethin ap Rhydderch", "Siân Llewelyn-Foss", "Mair Penbryniog", "Ifor Glanyrafon"),
    "es": ("Lucía Fuentealbas", "Joaquín Quintanares", "Rocío Valdehermosa"),
    "fr": ("Éloïse Vauquelain", "Bastien Morvandieux", "Aïcha Benkhatir"),
    "hi": ("अनन्या रघुनाथनी", "विक्रम भंडालकर", "सुनीता चौहानवी"),
    "pa": ("ਗੁਰਦੀਪ ਭੰਡਾਲਵੀ", "ਹਰਪ੍ਰੀਤ ਸੰਧੂਵਾਲ", "ਜਸਲੀਨ ਢਿੱਲੋਂਪੁਰੀ"),
    "pl": ("Katarzyna Wiśniewiecka", "Zbigniew Kowalczuk", "Agnieszka Borzęcińska"),
    "pt": ("Teresa Vasconcelhos", "Duarte Quintanilha", "Inês Carvalhosa-Pó"),
    "ro": ("Ioana Popescovici", "Bogdan Ionescara", "Mihaela Dumbrăveanca"),
    "uk": ("Оксана Гриценчук", "Тарас Бондарівний", "Соломія Верховинець"),
    "ur": ("ثمینہ قریشانی", "فرحان چوہدروی", "عمران نقویال"),
    "zh": ("欧阳秀岚", "郑嘉豪远", "上官美玲"),
}

HANDLE_WORDS = (
    "otter",
    "heron",
    "mudlark",
    "weir",
    "tow_path",
    "kettle",
    "tuba",
    "marrow",
    "wellie",
    "newt",
    "bramble",
)
HANDLE_TAILS = (
    "mum",
    "dad",
    "nan",
    "lad",
    "fan",
    "walks",
    "sings",
    "bakes",
    "runs",
    "talks",
    "paints",
    "fixes",
)
CARDS = (
    *("4111111111111111", "5555555555554444", "4242424242424242", "4000056655665556", "5105105105105100"),
    *("6011111111111117", "4012888888881881", "5200828282828210", "4000000760000002", "5454545454545454"),
)
IBANS = (
    *("GB29 NWBK 6016 1331 9268 19", "GB33 BUKB 2020 1555 5555 55", "GB82 WEST 1234 5698 7654 32"),
    *("DE89 3704 0044 0532 0130 00", "PL61 1090 1014 0000 0712 1981 2874", "RO49 AAAA 1B31 0075 9384 0000"),
)
MONTHS = (
    "January",
    "February",
    "April",
    "May",
    "June",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _mobile(rng: random.Random) -> str:
    """A number of the mobile range kept free for drama: 07700 900000 to 900999."""
    return "07700900" + _digits(rng, 3)


def _landline(rng: random.Random) -> str:
    """A number of one of the geographic ranges kept free for drama."""
    tail = _digits(rng, 3)
    return rng.choice((f"0161 496 0{tail}", f"020 7946 0{tail}", f"01632 960{tail}", f"(0161) 496 0{tail}"))


def _phone(rng: random.Random) -> str:
    number = _mobile(rng)
    shapes = (
        number,
        f"{number[:5]} {number[5:]}",
        f"{number[:5]} {number[5:8]} {number[8:]}",
        _landline(rng),
    )
    return rng.choice(shapes)


def _phone_international(rng: random.Random) -> str:
    number = _mobile(rng)[1:]
    return rng.choice((f"+44{number}", f"+44 {number[:4]} {number[4:]}", f"+44 (0){number[:4]} {number[4:]}"))


def _email(rng: random.Random) -> str:
    user = rng.choice(HANDLE_WORDS).replace("_", "") + rng.choice((".", "_", "")) + rng.choice(HANDLE_TAILS)
    return f"{user}{rng.choice(('', '7', '42', '1961'))}@{rng.choice(('example.com', 'example.org', 'example.net'))}"


def _handle(rng: random.Random) -> str:
    return f"@{rng.choice(HANDLE_WORDS)}_{rng.choice(HANDLE_TAILS)}_ald{rng.choice(('', '3', '88', '_x', '2026'))}"


def _fediverse_handle(rng: random.Random) -> str:
    return _handle(rng) + rng.choice(("@example.social", "@social.example", "@river.example"))


def _profile(rng: random.Random) -> str:
    user = _handle(rng)[1:]
    forms = (
        f"https://social.example/@{user}",
        f"https://example.social/users/{user}",
        f"social.example/@{user}",
        f"https://bsky.app/profile/{user.replace('_', '-')}.example",
    )
    return rng.choice(forms)


def _ip(rng: random.Random) -> str:
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"


def _ip6(rng: random.Random) -> str:
    return f"2001:db8:{rng.randrange(1, 0xFFFF):x}::{rng.randrange(1, 0xFFFF):x}"


def _card(rng: random.Random) -> str:
    number = rng.choice(CARDS)
    return " ".join(number[i : i + 4] for i in range(0, 16, 4))


def nhs_check_digit(first_nine: str) -> str:
    """The tenth digit of an NHS number (modulus 11), or an empty string where none exists."""
    remainder = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(first_nine)) % 11
    return {11: "0", 10: ""}.get(remainder, str(remainder))


def _nhs(rng: random.Random) -> str:
    while True:
        start = "999" + _digits(rng, 6)
        if check := nhs_check_digit(start):
            return f"{start[:3]} {start[3:6]} {start[6:]}{check}"


def _nino(rng: random.Random) -> str:
    """Prefixes kept for administration: the right shape, never given to a person."""
    pairs = " ".join(_digits(rng, 2) for _ in range(3))
    return f"{rng.choice(('PY', 'PZ', 'CR', 'NC', 'MW'))} {pairs} {rng.choice('ABCD')}"


def _account(rng: random.Random) -> str:
    """The sort code that the payment scheme keeps for tests."""
    return f"08-99-99 {rng.choice(('66374958', '66374959', '66831036', '63748472'))}"


def _plate(rng: random.Random) -> str:
    """Current shape; no registration since 2001 begins with J, T or U (DVLA's local memory tags)."""
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
    age = rng.choice((12, 15, 18, 19, 20, 21, 24, 26, 59, 62, 66, 68, 70, 73, 75))
    return f"{rng.choice(('UJ', 'UX', 'JU', 'TX', 'UN'))}{age} {letters}"


def _postcode(rng: random.Random) -> str:
    """A real area, for the shape, with districts that have never been given out (NE50 to NE60)."""
    unit = "".join(rng.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    return f"NE{rng.randint(51, 59)} {rng.randint(1, 9)}{unit}"


def _address(rng: random.Random) -> str:
    street = rng.choice(STREETS)
    return rng.choice(
        (f"{rng.randint(2, 180)} {street}", f"Flat {rng.randint(1, 24)}, {rng.randint(2, 90)} {street}")
    )


def _birth_date(rng: random.Random, first: int = 1948, last: int = 2006) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(first, last)
    forms = (f"{day:02}/{month:02}/{year}", f"{day:02}-{month:02}-{year}", f"{day:02}.{month:02}.{year}")
    return rng.choice(forms)


def _birth_date_of_the_old(rng: random.Random) -> str:
    return f"{rng.randint(1, 28)} {rng.choice(MONTHS)} {rng.randint(1934, 1946)}"


def _log_of_a_day(rng: random.Random) -> str:
    return f"{rng.randint(102, 998)} of {rng.randint(1, 28)} {rng.choice(MONTHS)}"


def _licence(rng: random.Random) -> str:
    surname = rng.choice(
        ("CAWTH", "DUNNO", "ELLWA", "FOTHE", "GARRO", "HEBBL", "KIRKF", "LARKE", "MOSSG", "PENNI")
    )
    month = rng.choice(("01", "04", "07", "11", "52", "58", "61"))
    return f"{surname}{rng.randint(4, 9)}{month}{rng.randint(1, 28):02}{rng.randint(0, 9)}{rng.choice('ABCJM')}9XX{'Z'}"


def _passport(rng: random.Random) -> str:
    return rng.choice(("ZX", "ZY", "XZ")) + "0" + _digits(rng, 6)


def _coordinates(rng: random.Random) -> str:
    """A point in the open North Sea."""
    return f"54.{rng.randint(60000, 69999)}, 2.{rng.randint(10000, 19999)}"


def _coordinates_dms(rng: random.Random) -> str:
    return (
        f"54°{rng.randint(36, 41)}'{rng.randint(10, 59)}\"N 2°0{rng.randint(6, 9)}'{rng.randint(10, 59)}\"E"
    )


def _crypto(rng: random.Random) -> str:
    """A Bitcoin address with a valid checksum, made from random bytes: nobody holds its key."""
    payload = b"\x00" + rng.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(payload, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[place] + text
    return "1" * (len(payload) - len(payload.lstrip(b"\x00"))) + text


def luhn_check_digit(digits: str) -> str:
    """The last digit that makes a card number or IMEI pass the Luhn check."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def _imei(rng: random.Random) -> str:
    start = "00" + "440012" + _digits(rng, 6)
    return start + luhn_check_digit(start)


def _name(rng: random.Random) -> str:
    return f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}"


MAKERS: dict[str, Maker] = {
    "account": _account,
    "address": _address,
    "card": _card,
    "card.dash": lambda rng: _card(rng).replace(" ", "-"),
    "card.plain": lambda rng: _card(rng).replace(" ", ""),
    "coords": _coordinates,
    "coords.dms": _coordinates_dms,
    "crime": lambda rng: rng.choice(
        (f"42/{_digits(rng, 5)}/26", f"NSP/26/{_digits(rng, 6)}", f"CR/{_digits(rng, 6)}/26")
    ),
    "crypto": _crypto,
    "custody": lambda rng: rng.choice((f"AM/{_digits(rng, 5)}/26", f"01NS/{_digits(rng, 4)}/26")),
    "dob": _birth_date,
    "dob.old": _birth_date_of_the_old,
    "dob.young": lambda rng: _birth_date(rng, 2009, 2009),
    "email": _email,
    "email.at": lambda rng: _email(rng).replace("@", " [at] ").replace(".", " [dot] "),
    "email.dotcom": lambda rng: _email(rng).replace("@", " at ").replace(".", " dot "),
    "first": lambda rng: rng.choice(GIVEN_NAMES),
    "handle": _handle,
    "handle.bare": lambda rng: _handle(rng)[1:],
    "handle.fedi": _fediverse_handle,
    "handle.wide": lambda rng: "＠" + _handle(rng)[1:],
    "iban": lambda rng: rng.choice((iban := rng.choice(IBANS), iban.replace(" ", ""))),
    "imei": _imei,
    "incident": lambda rng: rng.choice(
        (
            f"NSP-2026-{_digits(rng, 6)}",
            _log_of_a_day(rng),
            f"INC{_digits(rng, 7)}",
        )
    ),
    "ip": _ip,
    "ip6": _ip6,
    "licence": _licence,
    "name": _name,
    "nhs": _nhs,
    "nhs.plain": lambda rng: _nhs(rng).replace(" ", ""),
    "nino": _nino,
    "nino.plain": lambda rng: _nino(rng).replace(" ", ""),
    "passport": _passport,
    "phone": _phone,
    "phone.dash": lambda rng: "-".join(((n := _mobile(rng))[:5], n[5:8], n[8:])),
    "phone.dots": lambda rng: ".".join(((n := _mobile(rng))[:5], n[5:8], n[8:])),
    "phone.intl": _phone_international,
    "phone.landline": _landline,
    "phone.spaced": lambda rng: " ".join(_mobile(rng)),
    "phone.words": lambda rng: " ".join(DIGIT_WORDS[int(digit)] for digit in _mobile(rng)),
    "phone.zw": lambda rng: ZERO_WIDTH.join(((n := _mobile(rng))[:3], n[3:7], n[7:])),
    "plate": _plate,
    "plate.lower": lambda rng: _plate(rng).lower(),
    "plate.spaced": lambda rng: "-".join(_plate(rng).split()),
    "postcode": _postcode,
    "postcode.lower": lambda rng: _postcode(rng).lower(),
    "profile": _profile,
}
"""Slot in a phrase → how to make a value. The part before the dot is the kind, the part after it a way of writing."""

KINDS: dict[str, str] = {
    "account": "bank_account",
    "card": "bank_card",
    "coords": "map_position",
    "crime": "crime_number",
    "crypto": "wallet",
    "custody": "custody_number",
    "dob": "date_of_birth",
    "first": "name",
    "iban": "bank_account",
    "imei": "phone_hardware_number",
    "incident": "incident_number",
    "ip": "device_address",
    "ip6": "device_address",
    "licence": "driving_licence",
    "nhs": "nhs_number",
    "nino": "ni_number",
    "plate": "number_plate",
}
"""Slots whose kind has a longer or another name than the slot; codes as in `redaction.kinds` where it has them."""


def kind_of(slot: str) -> str:
    """The kind of personal data that a slot holds, e.g. `phone` for `phone.zw`."""
    stem = slot.partition(".")[0]
    return KINDS.get(stem, stem)


def make(slot: str, rng: random.Random, language: str = "en") -> str:
    """A fresh value for a slot; names follow the language where it has its own."""
    if slot in ("name", "first") and language in NATIVE_NAMES and (slot == "name" or language != "zh"):
        name = rng.choice(NATIVE_NAMES[language])
        return name if slot == "name" else name.split()[0]
    return MAKERS[slot](rng)
