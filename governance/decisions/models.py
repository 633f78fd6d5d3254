"""What the rules were, and what they said: packs kept by digest for ever, and every decision made under them."""

from django.conf import settings
from django.db import models

from governance.policy import Decision


class StoredPack(models.Model):
    """The bytes of a rule pack. Never changed, never removed: an old decision is read under its own rules."""

    pack_id = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    source = models.BinaryField()
    stored_at = models.DateTimeField()


class PackActivation(models.Model):
    """From this moment these are the rules in force. The newest row is the live pack."""

    pack = models.ForeignKey(StoredPack, on_delete=models.PROTECT, related_name="activations")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class PolicyDecision(models.Model):
    """One answer of the rules: pack, facts as they were, clock, verdict and every finding. Replays to the same."""

    pack = models.ForeignKey(StoredPack, on_delete=models.PROTECT, related_name="decisions")
    about_type = models.CharField(max_length=30)
    about_ref = models.CharField(max_length=40, db_index=True)
    stage = models.CharField(max_length=10)
    at = models.DateTimeField()
    verdict = models.CharField(
        max_length=10, choices=[(v, v) for v in ("block", "refer", "warn", "pass")], db_index=True
    )
    record = models.JSONField(help_text="the whole decision as the engine wrote it: facts, clock, findings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_ref", "id"], name="decision_about")]

    @property
    def decision(self) -> Decision:
        """The decision itself, as it was made."""
        return Decision.from_json(self.record)

    @property
    def blocking_rules(self) -> list[str]:
        """Ids of the rules that stopped it."""
        return [f["rule_id"] for f in self.record["findings"] if f["verdict"] == "block"]
