"""Links to somebody's account on a known platform, with or without https.

Other links lose their path too (see `link`); this file says which ones point at a person.
"""

from redaction.recogniser import Example, Recogniser, Shape

_PLATFORM = (
    r"(?:twitter|x|facebook|fb|instagram|instagr|tiktok|threads|youtube|snapchat|linkedin|reddit|pinterest"
    r"|tumblr|vk|twitch|onlyfans|medium|github|soundcloud|flickr|patreon|paypal|strava|couchsurfing|letterboxd"
    r"|ko-fi|cash|bsky|telegram|discord|discordapp|linktr|wa|about|justgiving|gofundme|depop|vinted)"
)
_ENDING = r"(?:com|net|org|me|tv|am|app|gg|ee|co|ru|co\.uk|social)"
_HOSTING = (
    r"(?:tumblr|wordpress|blogspot|substack|carrd|bandcamp|weebly|wixsite|livejournal|deviantart|itch|github"
    r"|neocities)\.(?:com|co|io|org)"
)
_START = r"(?:https?://)?(?<![\w.@-])"
_REST = r"[^\s<>\"“”»\ufffc]*[^\s<>\"“”»\ufffc.,;:!?')\]}…]"

RECOGNISER = Recogniser(
    kind="profile",
    entity="PROFILE_URL",
    shapes=(
        Shape("platform", rf"{_START}(?:[a-z]{{1,10}}\.)?(?:{_PLATFORM}\.{_ENDING}|t\.me)/{_REST}", 0.8),
        Shape("fediverse", rf"https?://(?:[\w-]+\.)+[a-z]{{2,24}}/(?:@|users/|u/|channel/|~){_REST}", 0.8),
        Shape("own page on a host", rf"{_START}(?!www\.)[\w-]+\.{_HOSTING}\b(?:/{_REST})?", 0.7),
    ),
)

EXAMPLES = (
    Example("https://www.instagram.com/sam.smith_01/", ("https://www.instagram.com/sam.smith_01/",)),
    Example("see facebook.com/sam.smith.9 .", ("facebook.com/sam.smith.9",)),
    Example("https://social.example/@aisha", ("https://social.example/@aisha",)),
    Example("her page is samblogs.tumblr.com", ("samblogs.tumblr.com",)),
    Example("https://x.com/northtown99/status/123?s=20", ("https://x.com/northtown99/status/123?s=20",)),
    Example("wa.me/447700900123 or t.me/samk", ("wa.me/447700900123", "t.me/samk")),
    Example("I left facebook.com for good"),
    Example("read https://www.gov.uk/find-a-court, https://t.co/abc and instagram news"),
)
