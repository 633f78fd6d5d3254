from django.apps import AppConfig


class PostingConfig(AppConfig):
    name = "governance.posting"
    label = "posting"

    def ready(self) -> None:
        from audit import guards

        guards.append_only("posting_publishedrecord", what="What was published")
        guards.append_only("posting_postapproval", what="An agreement to a post")
        guards.no_delete("posting_post", what="A post")
        guards.immutable("posting_post", "ref", "drafted_by_id", what="Who wrote a post")
        guards.refuse(
            "posting_postapproval_own",
            "posting_postapproval",
            on="INSERT",
            when=(
                "EXISTS (SELECT 1 FROM posting_post AS p WHERE p.id = NEW.post_id "
                "AND p.drafted_by_id = NEW.approved_by_id)"
            ),
            message="Nobody agrees their own post",
        )
