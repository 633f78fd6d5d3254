"""What runs in the background. Arguments are row ids and nothing else; results are rows, so none is returned."""

from celery import shared_task
from django.conf import settings

from audit.context import acting
from gateway import collect as collecting
from gateway import polling, retention
from gateway import publish as publishing


@shared_task(ignore_result=True)
def publish(publication_id: int) -> None:
    """Do what is next for one publication. Rung twice, it acts once."""
    publishing.send(publication_id)


@shared_task(ignore_result=True)
def collect(run_id: int) -> None:
    """Go on with one round of polling."""
    polling.go_on(run_id)


@shared_task(ignore_result=True)
def expire() -> None:
    """End what has run out."""
    with acting(retention.BY, origin="task"):
        retention.expire_due()


@shared_task(ignore_result=True)
def purge() -> None:
    """Erase what is due, with receipts."""
    with acting(retention.BY, origin="task"):
        retention.purge_due()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Ring stuck jobs again: a lost bell costs a minute and nothing else."""
    with acting("system:sweep", origin="task"):
        publishing.catch_up()
        polling.catch_up(stuck_after_minutes=settings.STUCK_AFTER_MINUTES)
        collecting.close_abandoned(stuck_after_minutes=settings.STUCK_AFTER_MINUTES)
