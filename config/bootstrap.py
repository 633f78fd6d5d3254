"""Set-up, with nothing but the standard library: environment, packages, components.

    python config/bootstrap.py run|dev

Makes .venv, installs the pinned packages (hashes checked) and fetches the GOV.UK components. Does only what is
not done yet. Exit 0 = ready, 2 = something is missing, with a sentence that says what to install.
"""

import ctypes.util
import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": "demo.txt", "dev": "dev.txt"}


def stop(sentence: str) -> None:
    sys.exit(print(sentence, file=sys.stderr) or 2)


def need_python() -> None:
    if sys.version_info[:2] != (3, 11):
        stop(
            f"Candour needs Python 3.11; this is {sys.version_info[0]}.{sys.version_info[1]}. "
            "Install python3.11 and its venv module (Debian: apt-get install python3.11 python3.11-venv)."
        )


def need_pango() -> None:
    missing = [n for n in ("pango-1.0", "pangoft2-1.0", "gobject-2.0") if not ctypes.util.find_library(n)]
    if missing:
        stop(
            f"Pango is missing ({', '.join(missing)}): without it no PDF can be made. Install it (Debian and Ubuntu: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango) and start again."
        )


def environment() -> Path:
    python = VENV / "bin" / "python"
    if not python.exists():
        say("Making the Python environment")
        try:
            venv.create(VENV, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            stop(
                f"The Python environment could not be made in {VENV.name}: {error}. Is python3.11-venv installed?"
            )
    return python


def packages(python: Path, what: str) -> None:
    lock = ROOT / "requirements" / LOCKS[what]
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamps = [
        VENV / f".{name}-{hashlib.sha256((ROOT / 'requirements' / file).read_bytes()).hexdigest()[:16]}"
        for name, file in LOCKS.items()
    ]
    stamp = VENV / f".{what}-{digest[:16]}"
    # The development set contains the run-time set: nothing to do if either fits.
    if stamp.exists() or (what == "run" and stamps[1].exists()):
        return
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    say(f"Installing {count} packages (about a minute)")
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(lock),
    ]
    if not sys.stderr.isatty():
        command.insert(4, "-q")
    if subprocess.run(command).returncode != 0:
        stop(
            "The packages could not be installed: read the lines above. Nothing else was changed; run it again."
        )
    stamp.touch()


def components(python: Path) -> None:
    done = subprocess.run([python, "-m", "config.kit"], cwd=ROOT).returncode
    if done != 0:
        sys.exit(done)


def say(text: str) -> None:
    print(f"\033[1m»\033[0m {text}" if sys.stdout.isatty() else f"» {text}", flush=True)


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    if what not in LOCKS:
        stop("Say what to set up: run or dev.")
    began = time.monotonic()
    need_python()
    need_pango()
    python = environment()
    packages(python, what)
    components(python)
    if time.monotonic() - began > 5:
        say(f"Set up in {time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
