"""The house itself: sizes, floors, heavy imports, and nothing of the workshop in any file."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "reports", "gateway", "governance", "redaction", "audit", "vault")


def modules() -> list[Path]:
    return [p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]


def test_no_module_is_longer_than_500_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules() if (n := len(p.read_text().splitlines())) > 500}
    assert long == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [p for p in modules() if p.stem in ("utils", "helpers", "misc", "common")] == []


def test_checking_the_project_loads_nothing_heavy() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup(); "
        "from django.core.management import call_command; call_command('check', verbosity=0); "
        "heavy = {'presidio_analyzer', 'spacy', 'weasyprint', 'z3', 'highspy', 'mastodon', 'phonenumbers'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_file_names_an_index_host_or_a_machine_path() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split("\0")
    bad = re.compile(
        r"(?:^|[^.\w])/(?:work|root|home)/|https?://[^\s\"']*(?:/simple/|\.whl|\.tgz|/-/)|--index-url"
    )
    found = []
    for name in tracked:
        path = ROOT / name
        if not name or not path.is_file() or path == Path(__file__) or path.suffix in (".png", ".woff2"):
            continue
        text = path.read_text(errors="replace")
        found += [f"{name}: {m.group(0)!r}" for m in bad.finditer(text)]
    assert found == []


def test_every_setting_has_a_comment_that_says_what_it_is_for() -> None:
    text = (ROOT / "config" / "settings.py").read_text()
    table = text.split("# ----", 2)[1]
    lines = table.splitlines()
    bare = [
        line.split("=")[0].strip()
        for before, line in itertools.pairwise(lines)
        if re.match(r"^[A-Z_]+ = ", line) and not before.startswith("#")
    ]
    assert bare == []
