"""What changes a request or an authorisation. Keyword-only, `by=` who, one transaction, evidence inside.

Every decision is bound to the digest the person read: pass it as `expected_digest`. If the request has changed,
`Changed` is raised and nothing happens.
"""

from governance.casework.models import AdviceOutcome, Product, RefusalReason
from governance.casework.services.asking import draft, save_answers, submit, withdraw
from governance.casework.services.deciding import advise, grant, refuse, send_back
from governance.casework.services.ending import cancel, expire, say_product
from governance.casework.services.refusals import Blocked, Changed, SelfAuthorisation, TooLittle, lock
from governance.states import WrongState

__all__ = [
    "AdviceOutcome",
    "Blocked",
    "Changed",
    "Product",
    "RefusalReason",
    "SelfAuthorisation",
    "TooLittle",
    "WrongState",
    "advise",
    "cancel",
    "draft",
    "expire",
    "grant",
    "lock",
    "refuse",
    "save_answers",
    "say_product",
    "send_back",
    "submit",
    "withdraw",
]
