"""Access tokens of official accounts: sealed under the account's own key, opened only here and only to send."""

import contextlib

import vault
from audit import Act, clock, record, step
from audit.context import actor_of
from gateway.contract import AccountAccess, Refused
from gateway.models import AccountToken
from governance.accounts.models import OfficialAccount
from governance.people.access import require
from governance.people.models import User
from governance.people.roles import Permission

LONGEST = 4_000


class NoToken(Refused):
    """The account has no access token that can be opened, so nothing can be sent from it."""


@step
def seal(*, account: OfficialAccount, token: str, by: User | str) -> AccountToken:
    """Keep the access token of an account, in place of the one it had. It can never be read back by a person.

    Raises:
        NotAllowed: `by` does not keep accounts on this unit.
        ValueError: that is not a token.
    """
    if not isinstance(by, str):
        require(by, Permission.ACCOUNT_MANAGE, account)
    token = token.strip()
    if not token or len(token) > LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("That is not an access token: it is one word of plain letters, digits and signs.")
    with contextlib.suppress(vault.AlreadyExists):
        vault.create(account.token_ref)
    sealed = vault.seal(account.token_ref, token.encode(), _about(account))
    row, _ = AccountToken.objects.update_or_create(
        account=account,
        defaults={"sealed": sealed, "sealed_at": clock.now(), "sealed_by": actor_of(by)},
    )
    record(Act.TOKEN_SEALED, by=by, about=account)
    return row


def has_token(account: OfficialAccount) -> bool:
    """Whether posts can be sent from the account by us."""
    return AccountToken.objects.filter(account=account).exists() and vault.holds(account.token_ref)


def access(account: OfficialAccount) -> AccountAccess:
    """What a connector needs to reach the account. Held in memory for one sending.

    Raises:
        NoToken: there is none, or its key is gone.
    """
    row = AccountToken.objects.filter(account=account).first()
    if row is None:
        raise NoToken(f"No access token is kept for {account}: set one with `manage.py account_token`.")
    try:
        token = vault.open(account.token_ref, bytes(row.sealed), _about(account)).decode()
    except vault.VaultError:
        raise NoToken(f"The access token of {account} cannot be opened: set it again.") from None
    return AccountAccess(server_url=account.server_url, uri=account.uri, token=token)


def _about(account: OfficialAccount) -> str:
    # A token moved to another account's row, or to another server, does not open.
    return f"token|{account.ref}|{account.uri}|{account.server_url}"
