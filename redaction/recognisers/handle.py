"""Usernames: @name, @name@server, and names given beside a platform ("insta: sam_b").

The full-width and small forms of @ count. An official account is not personal data: the caller allows it by
name.
"""

from redaction.recogniser import Example, Recogniser, Shape

_PLATFORM = (
    r"insta(?:gram)?|ig|snap(?:chat)?|tik\s?tok|telegram|kik|threads|blue\s?sky|bsky|mastodon|discord|xbox"
    r"|psn|twitch|wickr|signal"
)
_TIME = r"\d{1,2}(?:[:.]?\d\d)?\s?(?:am|pm|ish)?\b"
_HOST = r"(?:[\w-]+\.)+[\w-]*\w"

RECOGNISER = Recogniser(
    kind="handle",
    entity="HANDLE",
    shapes=(
        # Not after a letter, a slash or another @, where it belongs to an address or a link; not "@ 5pm".
        Shape(
            "at name",
            rf"(?<![\w@＠﹫/])[@＠﹫](?!{_TIME})\w(?:[\w.\-·]{{0,250}}\w)?(?:[@＠﹫]{_HOST}(?::\d{{2,5}})?)?",
            0.85,
        ),
        Shape(
            "name beside a platform",
            rf"(?<=\b(?:{_PLATFORM})(?: ?(?:handle|name|user(?:name)?|id))?(?: ?[:=\-] ?| is | ))"
            r"(?=\w*(?:[_\d]|\.\w))(?=[\d_.]*\p{L})\w[\w.]{1,40}\w\b",
            0.5,
        ),
        Shape("discord tag", r"(?<![\w#&])(?=[\w.]*\p{L})[\w.]{2,32}#\d{4}\b", 0.5),
        Shape("bluesky name", r"(?<![\w.@-])(?:[\w-]+\.)+bsky\.(?:social|team)\b", 0.8),
        Shape("decentralised identifier", r"\bdid:[a-z]{2,10}:[\w.:%-]{4,}\w", 0.9),
        Shape("matrix name", r"(?<![\w@])@[\w.=/+-]{1,60}:(?:[\w-]+\.)+[a-z]{2,24}", 0.8),
    ),
)

EXAMPLES = (
    Example("@sam_smith is lying", ("@sam_smith",)),
    Example("RT @NorthTown99: road closed", ("@NorthTown99",)),
    Example("ask ＠sam_smith or ﹫priya", ("＠sam_smith", "﹫priya")),
    Example("follow @aisha@social.example today", ("@aisha@social.example",)),
    Example("(@tom.b.) .@olu,@kwame", ("@tom.b", "@olu", "@kwame")),
    Example("@олена і @محمد_1", ("@олена", "@محمد_1")),
    Example("@alice.bsky.social and bob.bsky.social", ("@alice.bsky.social", "bob.bsky.social")),
    Example("add my snap: sam.b_01", ("sam.b_01",)),
    Example("discord samk#4821", ("samk#4821",)),
    Example("did:plc:ewvi7nxzyoun6zhxrhs64oiz", ("did:plc:ewvi7nxzyoun6zhxrhs64oiz",)),
    Example("@sam:matrix.example", ("@sam:matrix.example",)),
    Example("meet @ the bridge @5pm or @10:30, insta is down. snap is closed"),
    Example("a@b and #protest"),
)
