"""Values of every kind in their plain form, made fresh for each test, and sentences to plant them in."""

from hypothesis import strategies as st

FIRST = st.sampled_from(["sam", "aisha", "tom", "priya", "kwame", "olu", "maya", "jozef"])
LAST = st.sampled_from(["smith", "khan", "jones", "patel", "mensah", "brown", "nowak"])
PLATE_LETTERS = "ABCDEFGHJKLMNPRSTUVWX"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@st.composite
def nhs_number(draw) -> str:
    body = draw(digits(9).filter(lambda d: len(set(d)) > 1))
    check = 11 - sum(int(d) * w for d, w in zip(body, range(10, 1, -1), strict=True)) % 11
    if check == 10:
        body, check = "943476591", 9
    number = body + str(0 if check == 11 else check)
    return draw(st.sampled_from([number, f"{number[:3]} {number[3:6]} {number[6:]}"]))


@st.composite
def bank_card(draw) -> str:
    body = "4" + draw(digits(14))
    doubled = sum(
        int(d) * 2 - 9 * (int(d) > 4) if n % 2 == 0 else int(d) for n, d in enumerate(reversed(body))
    )
    number = body + str(-doubled % 10)
    return draw(st.sampled_from([number, " ".join(number[i : i + 4] for i in range(0, 16, 4))]))


@st.composite
def iban(draw) -> str:
    bank = draw(st.text("ABCDEFGHIJKLMNOPRSTUVWXYZ", min_size=4, max_size=4)) + draw(digits(14))
    remainder = int("".join(str(int(c, 36)) for c in bank + "GB00")) % 97
    return f"GB{98 - remainder:02d}{bank}"


PHONE = st.one_of(
    st.builds("07{}{} {}".format, st.sampled_from("4578"), digits(2), digits(6)).filter(
        lambda n: "0000" not in n
    ),
    st.builds("+44 20 7946 0{}".format, digits(3)),
    st.builds("0161 496 0{}".format, digits(3)),
    st.builds("01632 960{}".format, digits(3)),
)
POSTCODE = st.sampled_from(
    [
        "SW1A 1AA",
        "M1 1AE",
        "B33 8TH",
        "CR2 6XH",
        "EC1A 1BB",
        "E17 4QR",
        "N1 9GU",
        "LS2 7EW",
        "cf10 3at",
        "BT1 5GS",
    ]
)
NUMBER_PLATE = st.builds(
    "{}{}{} {}".format,
    st.sampled_from("ABCDEFGHKLMNOPRSVWXY"),
    st.sampled_from("ABCDEFGHJKLM"),
    st.sampled_from(["02", "07", "19", "21", "51", "65", "70"]),
    st.text(PLATE_LETTERS, min_size=3, max_size=3),
)
NI_NUMBER = st.builds(
    "{}{}{}{}".format,
    st.sampled_from("ABCEHJL"),
    st.sampled_from("ABCEHJL"),
    digits(6),
    st.sampled_from("ABCD"),
)

# kind -> values that stand for themselves
BARE = {
    "email": st.builds(
        "{}.{}{}@{}".format, FIRST, LAST, digits(2), st.sampled_from(["gmail.com", "post.example.co.uk"])
    ),
    "handle": st.builds("@{}_{}{}".format, FIRST, LAST, digits(2)),
    "profile": st.builds("https://www.instagram.com/{}.{}/".format, FIRST, LAST),
    "link": st.builds("https://news.example/{}-{}?id={}".format, FIRST, LAST, digits(6)),
    "phone": PHONE,
    "nhs_number": nhs_number(),
    "ni_number": NI_NUMBER,
    "bank_card": bank_card(),
    "bank_account": iban(),
    "postcode": POSTCODE,
    "number_plate": NUMBER_PLATE,
    "address": st.builds(
        "{} {} {}".format,
        st.integers(1, 399),
        st.sampled_from(["High", "Station", "Kingsgate", "Old Mill", "St Mary's"]),
        st.sampled_from(["Street", "Road", "Avenue", "Lane", "Close"]),
    ),
    "driving_licence": st.builds(
        "{}{}{}{}{}9{}".format,
        st.sampled_from(["MORGA", "SMITH", "KHAN9", "NOWAK"]),
        st.integers(0, 9),
        st.sampled_from(["01", "12", "51", "62"]),
        st.sampled_from(["01", "15", "31"]),
        st.sampled_from(["1SM", "4AB", "9X9"]),
        st.sampled_from(["IJ", "KK"]),
    ),
    "device_address": st.one_of(
        st.builds("{}.{}.{}.{}".format, *[st.integers(11, 250)] * 4),
        st.lists(st.sampled_from(["00", "1B", "44", "AF", "9E"]), min_size=6, max_size=6).map(":".join),
    ),
    "map_position": st.builds("51.{}, -0.{}".format, digits(5), digits(5)),
    "wallet": st.text("0123456789abcdef", min_size=40, max_size=40).map("0x{}".format),
}

# kind -> values that a word beside them gives away
TOLD = {
    "date_of_birth": st.builds(
        "{} {}/{}/19{}".format,
        st.sampled_from(["dob", "born on", "date of birth:", "DOB is"]),
        st.integers(1, 28),
        st.integers(1, 12),
        st.integers(50, 99),
    ),
    "passport": st.builds("passport {}".format, digits(9)),
    "custody_number": st.builds("custody number NS{}".format, digits(8)),
    "crime_number": st.builds("crime ref 42/{}/26".format, digits(5)),
    "incident_number": st.builds("incident {} of 20 November".format, st.integers(1, 9999)),
    "collar_number": st.builds("PC {}".format, st.integers(100, 9999)),
}

CARRIERS = st.sampled_from(
    [
        "{}",
        "{} is mine ok",
        "msg me on {} 😂",
        "anyone know who owns {}?",
        "RT: he posted {} earlier",
        "wedi gweld {} ddoe",
        "quand j'ai vu {} hier…",
        "кто это {} вообще",
        "(“{}”)",
        "a\n{}\nb",
    ]
)
