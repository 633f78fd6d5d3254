from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "governance.people"
    label = "people"

    def ready(self) -> None:
        from audit import guards
        from governance.people.roles import CONFLICTS

        guards.no_delete("people_user", what="A person's row")
        guards.no_delete("people_rolegrant", what="A role that was given")
        guards.immutable(
            "people_rolegrant",
            "user_id",
            "role",
            "unit_id",
            "granted_by_id",
            "valid_from",
            what="Who was given which role by whom",
        )
        for one, other in CONFLICTS:
            guards.refuse(
                f"people_roles_{one}_{other}"[:50],
                "people_rolegrant",
                on="INSERT",
                when=(
                    f"NEW.role IN ('{one}', '{other}') AND EXISTS (SELECT 1 FROM people_rolegrant AS held "
                    f"WHERE held.user_id = NEW.user_id AND held.role IN ('{one}', '{other}') "
                    "AND held.role <> NEW.role AND (held.valid_to IS NULL OR held.valid_to > NEW.valid_from))"
                ),
                message=f"One person cannot hold the roles {one} and {other}",
            )
