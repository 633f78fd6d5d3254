from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "governance.accounts"
    label = "accounts"

    def ready(self) -> None:
        from audit import guards

        guards.no_delete("accounts_officialaccount", what="An official account's record")
