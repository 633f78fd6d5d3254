"""make bench AREA=spine: how fast the spine is, from an empty database, on this machine.

    cold_check_s                 manage.py check in a fresh process, median of 5
    demo_s                       the whole demonstration, without a server left running
    governed_posts_per_s  permit + scope + redact + store + evidence, end to end, one process
    governed_posts_per_s_pg      the same on PostgreSQL (where BENCH_DATABASE_URL or a local server is there)
    governed_vs_redaction        that rate (SQLite) over redaction alone on the same posts in the same run
    rss_mb                       most memory that the intake process held

Posts come from CANDOUR_DATA where it is set (real posts), else from the demonstration's own archive.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.table import ROOT, show

POSTS = int(os.environ.get("BENCH_POSTS", "5000"))
GOALS = {"cold_check_s": "≤ 2.5", "governed_vs_redaction": "≥ 0.6 (gateway's goal)"}
NOTES = {
    "cold_check_s": "manage.py check, fresh process",
    "demo_s": "make demo ONCE=1 after set-up",
    "governed_posts_per_s": f"{POSTS:,} posts, end to end",
    "governed_posts_per_s_pg": f"{POSTS:,} posts, end to end, fsync as the server has it",
    "redacted_posts_per_s": "redaction alone, same posts, same process",
    "governed_vs_redaction": "SQLite rate over redaction alone, same run",
    "rss_mb": "most memory of the intake process",
}


def main() -> None:
    figures: dict[str, float] = {"cold_check_s": cold_check()}
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        archive = write_archive(Path(folder) / "posts.jsonl")
        lite = run_intake(archive, Path(folder) / "sqlite", {})
        figures["governed_posts_per_s"] = lite["posts_per_s"]
        figures["redacted_posts_per_s"] = lite["redacted_per_s"]
        figures["governed_vs_redaction"] = lite["posts_per_s"] / lite["redacted_per_s"]
        figures["rss_mb"] = lite["rss_mb"]
        with postgres() as url:
            if url:
                figures["governed_posts_per_s_pg"] = run_intake(
                    archive, Path(folder) / "pg", {"DATABASE_URL": url}
                )["posts_per_s"]
            else:
                print("No PostgreSQL server answers here: that figure is left out.")
        figures["demo_s"] = demo(Path(folder) / "demo")
    show("spine", figures, goals=GOALS, notes=NOTES)


def cold_check() -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def demo(var: Path) -> float:
    began = time.perf_counter()
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BROKER_URL")}
    subprocess.run(
        [sys.executable, "manage.py", "demo", "--once"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=env | {"CANDOUR_VAR": str(var), "CANDOUR_DEMO": "1"},
    )
    return time.perf_counter() - began


def write_archive(path: Path) -> Path:
    """POSTS records with text alone; platform and time are declared, as for the real feed."""
    data = os.environ.get("CANDOUR_DATA", "")
    feed = Path(data) / "feeds" / "real-posts-40k.jsonl"
    if data and feed.exists():
        texts = [json.loads(line)["text"] for line in feed.open(encoding="utf-8")]
    else:
        import datetime as dt

        from config.demo.archive import posts

        texts = [post.text for post in posts(dt.date(2026, 5, 16))]
    with path.open("w", encoding="utf-8") as out:
        for number in range(POSTS):
            record = {"id": f"bench-{number}", "text": texts[number % len(texts)]}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


class postgres:
    """A database of its own on a local server, dropped afterwards; '' where no server answers."""

    name = "candour_bench"

    def __enter__(self) -> str:
        import psycopg

        self.server = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
        try:
            with psycopg.connect(self.server, autocommit=True, connect_timeout=3) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {self.name}")
        except psycopg.OperationalError:
            self.server = ""
            return ""
        return self.server.rsplit("/", 1)[0] + f"/{self.name}"

    def __exit__(self, *_: object) -> None:
        if self.server:
            import psycopg

            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def run_intake(archive: Path, var: Path, env: dict[str, str]) -> dict[str, float]:
    shutil.rmtree(var, ignore_errors=True)
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BROKER_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "bench.spine_intake", str(archive)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=clean | {"CANDOUR_VAR": str(var), "CANDOUR_DEMO": "1"} | env,
    )
    if done.returncode != 0:
        sys.exit(f"The intake could not be measured: {done.stderr.strip().splitlines()[-1:]}")
    out: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return out


if __name__ == "__main__":
    main()
