"""One intake from an empty database, measured; `bench.spine` runs this in a process of its own."""

import json
import os
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    import redaction
    from audit import clock
    from gateway import intake
    from tests import factories

    force = factories.Force.make()
    # Words that nearly every post holds, so that nearly every post is taken in.
    authorisation = factories.authorisation(
        force, terms=["the", "a", "i", "to", "is", "it", "you", "rt", "de", "http"]
    )
    path = Path(sys.argv[1])
    redaction.redact("Warm up: sam@example.com, 07700 900123.")
    began = time.perf_counter()
    run = intake.take_file(
        path=path,
        authorisation=authorisation,
        by=force.officer,
        platform="mastodon",
        collected_at=clock.now(),
    )
    seconds = time.perf_counter() - began
    assert run.read == run.malformed + run.out_of_scope + run.duplicates + run.withheld + run.stored
    texts = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    began = time.perf_counter()
    for start in range(0, len(texts), 500):
        redaction.redact_batch(texts[start : start + 500])
    alone = time.perf_counter() - began
    print(
        json.dumps(
            {
                "posts_per_s": run.read / seconds,
                "stored": run.stored,
                "state": run.state,
                "problem": run.problem,
                "redacted_per_s": len(texts) / alone,
                "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
