"""Registering official accounts."""

from audit import Act, clock, record, step
from audit.services import next_ref
from governance.accounts.models import AccountMode, OfficialAccount
from governance.people.access import require
from governance.people.models import Unit, User
from governance.people.roles import Permission


@step
def register(
    *,
    platform: str,
    uri: str,
    handle: str,
    display_name: str,
    unit: Unit,
    purpose: str,
    by: User,
    mode: str = AccountMode.BROADCAST,
    server_url: str = "",
    standing_notice: str = "",
    monitored_hours: str = "",
    public: bool = True,
) -> OfficialAccount:
    """Enter an account in the register. Only registered accounts can post (UK-ACC-01).

    Raises:
        NotAllowed: `by` does not keep accounts on this unit.
    """
    account = OfficialAccount(
        platform=platform,
        uri=uri,
        handle=handle,
        display_name=display_name,
        unit=unit,
        purpose=purpose,
        mode=AccountMode(mode),
        server_url=server_url,
        standing_notice=standing_notice,
        monitored_hours=monitored_hours,
        public=public,
        registered_by=by,
        registered_at=clock.now(),
    )
    require(by, Permission.ACCOUNT_MANAGE, account)
    account.ref = next_ref("ACC")
    account.save()
    record(Act.ACCOUNT_REGISTERED, by=by, about=account, platform=platform, mode=account.mode)
    return account


def allowed_handles() -> frozenset[str]:
    """Handles of our own public accounts: not personal data, so the redactor leaves them."""
    rows = OfficialAccount.objects.filter(public=True).values_list("handle", flat=True)
    return frozenset(handle.lstrip("@").casefold() for handle in rows)
