from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "governance.casework"
    label = "casework"

    def ready(self) -> None:
        from audit import guards

        guards.append_only("casework_requestversion", what="A version that was sent")
        guards.append_only("casework_refusedrequest", what="A refusal")
        guards.append_only("casework_question", what="A question")
        for table, what in (
            ("casework_request", "A request"),
            ("casework_review", "Advice"),
            ("casework_authorisation", "An authorisation"),
        ):
            guards.no_delete(table, what=what)
        guards.immutable("casework_request", "ref", "requested_by_id", "unit_id", what="Who asked, and where")
        guards.immutable(
            "casework_review",
            "request_id",
            "version_id",
            "digest",
            "requested_by_id",
            "reviewer_id",
            "outcome",
            "reasons",
            "conditions",
            "given_at",
            what="Advice that was given",
        )
        guards.immutable(
            "casework_authorisation",
            "ref",
            "kind",
            "request_id",
            "version_id",
            "digest",
            "scope",
            "level",
            "conditions",
            "retention_class",
            "retention_days",
            "retention_trigger",
            "retention_from",
            "requested_by_id",
            "granted_by_id",
            "granted_at",
            "starts_at",
            "expires_at",
            what="What was agreed",
        )
        guards.refuse(
            "casework_authorisation_own",
            "casework_authorisation",
            on="INSERT",
            when=(
                "NEW.request_id IS NOT NULL AND EXISTS (SELECT 1 FROM casework_request AS r "
                "WHERE r.id = NEW.request_id AND (r.requested_by_id = NEW.granted_by_id "
                "OR r.requested_by_id <> NEW.requested_by_id))"
            ),
            message="Nobody authorises their own request",
        )
        guards.refuse(
            "casework_authorisation_adviser",
            "casework_authorisation",
            on="INSERT",
            when=(
                "EXISTS (SELECT 1 FROM casework_review AS v "
                "WHERE v.request_id = NEW.request_id AND v.reviewer_id = NEW.granted_by_id)"
            ),
            message="Whoever advised on a request does not authorise it",
        )
        guards.refuse(
            "casework_authorisation_ended",
            "casework_authorisation",
            on="UPDATE",
            when="OLD.state <> 'granted' AND NEW.state <> OLD.state",
            message="An authorisation that has ended stays ended",
        )
