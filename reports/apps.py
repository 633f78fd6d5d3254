from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"

    def ready(self) -> None:
        from audit import guards

        guards.append_only("reports_releasefile", what="A file of a release")
        guards.no_delete("reports_release", what="A release")
        guards.refuse(
            "reports_releasefile_draft",
            "reports_releasefile",
            on="INSERT",
            # The signature comes with publication, and is the only file that does.
            when="(SELECT state FROM reports_release WHERE id = NEW.release_id) <> 'draft' "
            "AND NOT (NEW.name = 'SHA256SUMS.sig' "
            "AND (SELECT state FROM reports_release WHERE id = NEW.release_id) = 'published')",
            message="Files are added to a draft only",
        )
        guards.immutable(
            "reports_release",
            "ref",
            "version",
            "kind",
            "title",
            "period_start",
            "period_end",
            "snapshot",
            "snapshot_digest",
            "edition",
            "pattern",
            "threshold",
            "digest",
            "prepared_by_id",
            "prepared_at",
            what="What a release says",
        )
        guards.refuse(
            "reports_release_published",
            "reports_release",
            on="UPDATE",
            when="OLD.published_at IS NOT NULL AND (NEW.published_at <> OLD.published_at "
            "OR NEW.published_by_id <> OLD.published_by_id OR NEW.published_at IS NULL "
            "OR NEW.published_by_id IS NULL OR NEW.state NOT IN ('published', 'superseded') "
            "OR (OLD.state = 'superseded' AND NEW.state <> 'superseded'))",
            message="What was published stays published",
        )
        guards.refuse(
            "reports_release_checked_first",
            "reports_release",
            on="UPDATE",
            when="NEW.state = 'published' AND OLD.state NOT IN ('checked', 'published')",
            message="Only a checked release is published",
        )
        guards.refuse(
            "reports_release_begins",
            "reports_release",
            on="INSERT",
            when="NEW.state <> 'draft'",
            message="A release begins as a draft",
        )
