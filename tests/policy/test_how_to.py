"""What the guide says about rules is what the engine does."""

import re
from pathlib import Path

from governance.policy import load_pack
from governance.policy.measures import MEASURES
from governance.policy.rules import EXPECTED
from governance.policy.vocabulary import _SIMPLE
from tests.policy.conftest import UK_POLICE

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-rule.md").read_text("utf-8")


def test_the_guide_names_every_measure_and_every_kind() -> None:
    assert set(re.findall(r"^\| `(\w+)\(", GUIDE, re.MULTILINE)) == set(MEASURES)
    for kind in [*_SIMPLE, "enumeration", "scale", "integer", "list of enumerations"]:
        assert f"`{kind}`" in GUIDE or f"`{kind}` " in GUIDE, kind
    for word in EXPECTED:
        assert word in GUIDE


def test_the_rule_in_the_guide_is_a_good_rule() -> None:
    """Put in the place of the shipped rule of that id, it loads and its examples hold."""
    rule = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert rule is not None
    written = "\n".join(line.strip() for line in rule[1].splitlines())
    text = UK_POLICE.read_text("utf-8")
    before, _, rest = text.partition('[[rule]]\nid = "UK-PUR-01"\n')
    after = rest[rest.index("\n[[rule]]\n") :]
    pack = load_pack((before + written + "\n" + after).encode(), name="guide.toml")
    assert pack.rule("UK-PUR-01").params == {"min_chars": 60}
