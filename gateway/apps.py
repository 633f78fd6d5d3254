from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        from audit import guards

        guards.append_only("gateway_erasurereceipt", what="A receipt for erasure")
        for table, what in (
            ("gateway_collectionrun", "A collection"),
            ("gateway_item", "An item's trace"),
            ("gateway_publication", "A publication"),
        ):
            guards.no_delete(table, what=what)
        guards.immutable(
            "gateway_collectionrun",
            "ref",
            "authorisation_id",
            "connector",
            "source_digest",
            "source_key",
            "declared_platform",
            "declared_collected_at",
            "actor",
            "asked_at",
            what="What was collected, from where and by whom",
        )
        guards.refuse(
            "gateway_collectionrun_forward",
            "gateway_collectionrun",
            on="UPDATE",
            when="NEW.read < OLD.read OR NEW.stored < OLD.stored OR OLD.state IN ('done', 'stopped')",
            message="A collection only goes forward, and one that is over stays over",
        )
        guards.immutable(
            "gateway_item",
            "authorisation_id",
            "run_id",
            "source_key",
            "platform",
            "collected_at",
            what="Where an item comes from",
        )
        guards.refuse(
            "gateway_item_text",
            "gateway_item",
            on="UPDATE",
            when="NEW.text <> OLD.text AND NEW.text <> ''",
            message="The text of an item can be erased and not changed",
        )
        guards.refuse(
            "gateway_item_erased",
            "gateway_item",
            on="UPDATE",
            when="OLD.erased_at IS NOT NULL",
            message="An item that was erased stays erased",
        )
        guards.refuse(
            "gateway_item_clock",
            "gateway_item",
            on="UPDATE",
            when="NEW.expires_at > OLD.expires_at",
            message="The time of an item cannot be extended without a decision",
        )
        guards.immutable(
            "gateway_publication",
            "post_id",
            "authorisation_id",
            "account_id",
            "digest",
            "idempotency_key",
            "asked_at",
            what="What is to be published",
        )
        guards.refuse(
            "gateway_publication_ended",
            "gateway_publication",
            on="UPDATE",
            when="OLD.state IN ('published', 'failed', 'missed')",
            message="A publication that has ended stays ended",
        )
