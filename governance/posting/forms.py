"""Writing and agreeing posts, as forms."""

from typing import Any

from django import forms

from governance.accounts.models import OfficialAccount
from governance.people.fields import AnyOf, Lines, LongText, Moment, OneOf, ShortText
from governance.posting.models import PersonStage, Post, PostType

LONGEST = 500  # characters of a Mastodon post; other platforms allow less, and their connectors say so
NOTHING = "none"
_LANGUAGES = [("en", "English"), ("cy", "Welsh"), ("pl", "Polish"), ("ur", "Urdu"), ("pa", "Punjabi")]
# Ticks on the page that are yes or no for the rules, each for itself.
_ABOUT = {
    "person_named": "Names or shows a person",
    "under18": "Concerns somebody under 18",
    "sexual_offence": "Concerns a sexual offence",
    "proceedings_active": "Concerns a case that is before a court, or will be",
    "evidence_or_record": "Mentions evidence, or somebody’s previous record",
    "ethnicity_nationality": "Mentions ethnicity or nationality",
    "immigration_status": "Mentions immigration status",
    "reveals_tactics": "Shows how we work in ways that others could use",
    "sio_approval": "The senior investigating officer has agreed it",
}


class Draft(forms.Form):
    """A post in the making. What is missing or not allowed is said by the rules beside it."""

    account = OneOf(label="From which account?", choices=[], missing="Choose the account")
    type = OneOf(
        label="What kind of post is it?", choices=PostType.choices, missing="Choose the kind of post"
    )
    text = LongText(label="Text", missing="Write the text", rows=6, most=5000)
    language = forms.ChoiceField(label="Language", choices=_LANGUAGES)
    link = forms.URLField(
        label="Link, if there is one",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={
            "invalid": "The link must be a whole address, for example https://northshire.example/bridge"
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}),
    )
    planned_at = Moment(
        label="When?",
        missing="Say when",
        what="The planned time",
        required=False,
        help_text="Leave it empty to send as soon as a second person agrees. A post that is agreed too late is not "
        "sent by itself.",
    )
    about = AnyOf(
        label="Which of these are true of the post?",
        choices=[*_ABOUT.items(), (NOTHING, "None of these")],
        missing="Choose what is true, or “None of these”",
    )
    person_stage = forms.ChoiceField(
        label="If a person is in it: where does their case stand?", choices=PersonStage.choices
    )
    policing_purpose = LongText(
        label="If a person is in it: why must the public know?", missing="", rows=2, required=False, most=2000
    )
    corrects = ShortText(
        label="If it corrects a false story: which story?",
        help_text="In our own words, without repeating who said it.",
        required=False,
        most=300,
    )
    verified_facts = Lines(
        label="If it corrects a false story: which checked facts does it rest on?",
        each="Fact",
        missing="Write at least one checked fact",
        required=False,
        least=2,
        most=6,
        longest=300,
    )

    def __init__(self, *args: Any, accounts: list[OfficialAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {account.ref: account for account in accounts}
        choice: Any = self.fields["account"]
        choice.choices = [(a.ref, f"@{a.handle.lstrip('@')}, {a.display_name}") for a in accounts]
        choice.widget.hints = {a.ref: f"{a.platform.capitalize()}. {a.get_mode_display()}." for a in accounts}

    def clean_about(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["about"]
        if NOTHING in chosen and len(chosen) > 1:
            raise forms.ValidationError("Choose either “None of these” or the ones that are true")
        return chosen

    def values(self) -> dict[str, Any]:
        """What was read, for `services.edit`."""
        out = {name: self.cleaned_data[name] for name in _PLAIN if name in self.cleaned_data}
        if self.cleaned_data.get("account") in self.accounts:
            out["account"] = self.accounts[self.cleaned_data["account"]]
        ticked = self.cleaned_data.get("about")
        if ticked:
            out |= {name: name in ticked for name in _ABOUT}
        return out

    @staticmethod
    def stored(post: Post) -> dict[str, Any]:
        """What the boxes hold when the page opens."""
        initial: dict[str, Any] = {name: getattr(post, name) for name in _PLAIN}
        ticked = [name for name in _ABOUT if getattr(post, name)]
        written = bool(post.text)
        return initial | {"account": post.account.ref, "about": ticked or ([NOTHING] if written else [])}


_PLAIN = (
    "type",
    "text",
    "language",
    "link",
    "planned_at",
    "person_stage",
    "policing_purpose",
    "corrects",
    "verified_facts",
)

AGREE, RETURN = "agree", "return"


class Agree(forms.Form):
    """The second person's answer, bound to the fingerprint that was shown. Sending back comes first."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    outcome = OneOf(
        label="What do you want to do?",
        choices=[(RETURN, "Send it back"), (AGREE, "Agree")],
        missing="Choose what you want to do",
        hints={
            RETURN: "The writer changes it and asks again.",
            AGREE: "It goes out at its time, or at once if none is set.",
        },
    )
    words = LongText(
        label="Why, in your own words",
        help_text="What did you check? If you send it back: what must change?",
        missing="Write why, in your own words",
        rows=3,
        most=2000,
    )
