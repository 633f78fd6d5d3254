"""Advising, deciding, taking back and stopping, as forms. Nothing is chosen beforehand."""

from typing import Any

from django import forms

from governance.casework.models import AdviceOutcome, Product, RefusalReason
from governance.people.fields import Lines, LongText, OneOf

RETURN = "return"
_YES_NO_UNSURE = [("yes", "Yes"), ("no", "No"), ("unsure", "Cannot tell")]
# The four stages in the order a court asks them, with the answer of the officer that speaks to each.
STAGES: tuple[tuple[str, str, str], ...] = (
    ("aim", "1. Is the aim important enough?", "nec_objective"),
    ("link", "2. Will reading posts help that aim?", "rational_link"),
    ("less_intrusive", "3. Is this the way that intrudes least?", "least_intrusive"),
    ("fair", "4. Is the effect on people fair for what is gained?", "fair_balance"),
)


def _stage(question: str) -> OneOf:
    return OneOf(
        label=question,
        choices=_YES_NO_UNSURE,
        missing=f"Answer question {question[0]}",
        attrs={"class": "govuk-radios--inline govuk-radios--small"},
        required=False,
    )


class Advice(forms.Form):
    """The data protection officer's advice, bound to the fingerprint that was shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    aim = _stage(STAGES[0][1])
    link = _stage(STAGES[1][1])
    less_intrusive = _stage(STAGES[2][1])
    fair = _stage(STAGES[3][1])
    outcome = OneOf(
        label="Your advice",
        choices=[*AdviceOutcome.choices, (RETURN, "Return to the officer with a question")],
        missing="Choose your advice",
        hints={
            AdviceOutcome.CONDITIONS: "Write each condition as one sentence that can be checked.",
            AdviceOutcome.OBJECT: "The decider can go against you, but must write why. Both are counted.",
            RETURN: "It waits with the officer until they have changed it.",
        },
    )
    conditions = Lines(
        label="Conditions, if you set any",
        each="Condition",
        missing="Write at least one condition",
        help_text="For example: “Publish the notice at least 3 days before.”",
        required=False,
        most=10,
    )
    reasons = LongText(
        label="Reasons, in your own words",
        help_text="If you return it, write your question here.",
        missing="Write your reasons in your own words",
        rows=4,
    )

    def __init__(self, *args: Any, officer_says: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, _, answer in STAGES:
            if (officer_says or {}).get(answer):
                self.fields[name].help_text = f"Officer: {(officer_says or {})[answer]}"

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if data.get("outcome") and data["outcome"] != RETURN:
            for name, _, _ in STAGES:
                if not data.get(name):
                    self.add_error(name, str(self.fields[name].error_messages["required"]))
        if data.get("outcome") == AdviceOutcome.CONDITIONS and not data.get("conditions"):
            self.add_error("conditions", "Write at least one condition, as a sentence that can be checked")
        return data


GRANT, LIMITS, REFUSE = "grant", "limits", "refuse"


class DecisionForm(forms.Form):
    """A decision with the decider's own reasons, bound to the fingerprint that was shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    outcome = OneOf(
        label="Your decision",
        choices=[
            (GRANT, "Agree"),
            (LIMITS, "Agree with limits"),
            (REFUSE, "Refuse"),
            (RETURN, "Return to the officer with a question"),
        ],
        missing="Choose your decision",
        hints={
            LIMITS: "Write each limit as one sentence that can be checked.",
            REFUSE: "It stays on record with your reasons. The officer can ask again.",
        },
    )
    conditions = Lines(
        label="Limits, if you set any",
        each="Limit",
        missing="Write at least one limit",
        required=False,
        most=10,
    )
    refusal = OneOf(
        label="If you refuse: the main reason",
        help_text="This group is published. Your own words are not.",
        choices=RefusalReason.choices,
        missing="Choose the main reason for refusing",
        required=False,
    )
    against = LongText(
        label="If you agree against the advice: why",
        missing="The data protection officer objects. Write why you go against it",
        rows=3,
        required=False,
    )
    reasons = LongText(
        label="Your reasons, in your own words",
        help_text="Why it is or is not necessary and fair. “Approved” alone is not accepted. If you return it, "
        "write your question here.",
        missing="Write your reasons. “Approved” alone is not accepted",
        rows=6,
    )

    def __init__(self, *args: Any, objected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not objected:
            del self.fields["against"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        outcome = data.get("outcome")
        if outcome == LIMITS and not data.get("conditions"):
            self.add_error("conditions", "Write at least one limit, or choose “Agree”")
        if outcome == GRANT and data.get("conditions"):
            self.add_error("outcome", "You wrote limits: choose “Agree with limits”, or take them out")
        if outcome == REFUSE and not data.get("refusal"):
            self.add_error("refusal", "Choose the main reason for refusing")
        if outcome in (GRANT, LIMITS) and "against" in self.fields and not data.get("against"):
            self.add_error("against", str(self.fields["against"].error_messages["required"]))
        return data


class Withdraw(forms.Form):
    """Taking a request back before it is decided."""

    because = LongText(
        label="Why do you take it back?",
        rows=3,
        required=False,
        missing="",
        help_text="You may leave this empty.",
    )


class AfterStop(forms.Form):
    """What a stop leaves to answer: why, and what happens to the material."""

    because = LongText(
        label="Why did you stop it?",
        help_text="For example: the aim was met, or it is no longer fair for what is gained.",
        missing="Say why you stopped it",
        rows=3,
    )
    product = OneOf(
        label="What happens to the posts?",
        choices=Product.choices,
        missing="Choose what happens to the posts",
        help_text="You must choose. Until then their page shows none of them.",
        hints={
            Product.ERASE_NOW: "You get a receipt. Counts stay.",
            Product.KEEP_TO_TERM: "They are deleted by themselves on the planned day.",
        },
    )
