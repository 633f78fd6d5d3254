"""Plays the story of the demonstration through the real services: never by writing rows.

Everything happens in the order of its time, with the clock standing where the story stands. Whatever does not
go as the texts say (a request that the rules should stop and do not, say) ends the play with a sentence.
"""

import datetime as dt
import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from audit import clock
from config.demo import archive, cast, peer, texts
from config.demo.texts import Asked, Said
from gateway import intake, publish, retention, tokens
from gateway.models import CollectionRun
from governance.accounts import services as accounts
from governance.accounts.models import OfficialAccount
from governance.casework import content, queries
from governance.casework import services as casework
from governance.casework.models import Authorisation, Request
from governance.decisions.services import activate_shipped_pack
from governance.gatherings import services as gatherings
from governance.gatherings.models import Gathering
from governance.people import services as people
from governance.people.models import Unit, User
from governance.posting import services as posting
from governance.posting.models import Post
from governance.posting.states import PostState
from reports import services as reports
from reports.models import Release
from reports.period import HalfYear

SETUP = "system:demonstration"
PASSWORD = "northshire-demonstration"  # noqa: S105 - printed, and only in demonstration mode
_OUTCOMES = {"no_objection": "advised"}
_REASONS = {"gentler": "gentler_way"}


class OffScript(RuntimeError):
    """The story did not go as its texts say."""


@dataclass
class Player:
    """Plays. `say` is told what happens; `folder` receives the archives and the release."""

    folder: Path
    server: str
    say: Callable[[str], None]
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    accounts: dict[str, OfficialAccount] = field(default_factory=dict)
    events: dict[str, Gathering] = field(default_factory=dict)
    granted: dict[str, Authorisation] = field(default_factory=dict)
    _agenda: list[tuple[dt.datetime, int, Callable[[], None]]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    # ------------------------------------------------------------------ the stage
    def set_up(self, at: dt.datetime) -> None:
        """Units, people with their roles, and official accounts with their tokens."""
        with clock.travel(to=at):
            activate_shipped_pack()
            for unit in cast.UNITS:
                self.units[unit.slug] = people.record_unit(
                    name=unit.name, slug=unit.slug, by=SETUP, parent=self.units.get(unit.parent)
                )
            for person in cast.PEOPLE:
                user = people.record_user(
                    username=person.username,
                    name=person.name,
                    job_title=person.job_title,
                    rank=person.rank,
                    email=person.email,
                    password=PASSWORD,
                    by=SETUP,
                )
                self.people[person.username] = user
                for role, slug in person.roles:
                    people.grant_role(
                        user=user,
                        role=role,
                        unit=self.units[slug],
                        by=SETUP,
                        because="The demonstration's cast",
                    )
            for account in cast.ACCOUNTS:
                name = account.handle.lstrip("@")
                row = accounts.register(
                    platform=account.platform,
                    uri=f"{self.server}/@{name}",
                    handle=name,
                    display_name=account.display_name,
                    unit=self.units[account.unit],
                    purpose=account.purpose,
                    mode=account.mode,
                    server_url=self.server,
                    standing_notice=account.standing_notice,
                    monitored_hours=account.monitored_hours,
                    by=self.people["osei"],
                )
                self.accounts[account.key] = row
                tokens.seal(account=row, token=peer.token(name), by=SETUP)

    # ------------------------------------------------------------------ time
    def later(self, at: dt.datetime, what: Callable[[], None]) -> None:
        """Put something on the agenda."""
        heapq.heappush(self._agenda, (at, next(self._order), what))

    def run(self, *, until: dt.datetime) -> None:
        """Let everything on the agenda before `until` happen, in the order of its time."""
        while self._agenda and self._agenda[0][0] <= until:
            at, _, what = heapq.heappop(self._agenda)
            with clock.travel(to=at):
                what()

    # ------------------------------------------------------------------ requests
    def plan(self, asked: Asked, base: dt.date, *, prefix: str = "") -> None:
        """Put a request on the agenda; what follows from it puts itself there."""
        self.later(asked.asked_at(base), lambda: self._ask(asked, base, prefix))

    def draft(self, asked: Asked, base: dt.date, *, prefix: str = "") -> Request:
        """Write a whole request, every page of it, and leave it unsent."""
        by = self.people[asked.by]
        event = self._event(asked, base, by, prefix)
        day = None
        if event is not None:
            day = (event.starts_at.astimezone(clock.LONDON).date() - base).days
        start, end = asked.runs(base, day)
        request = casework.draft(by=by, unit=self.units[asked.unit])
        pages = {**asked.pages, "event": {"gathering": event}, "dates": {"start_at": start, "end_at": end}}
        for part in content.PARTS:
            request = casework.save_answers(request=request, by=by, part=part, values=pages[part])
        return request

    def _event(self, asked: Asked, base: dt.date, by: User, prefix: str) -> Gathering | None:
        """The event of a request, recorded by whoever asks about it first."""
        event, key = asked.event, prefix + asked.key
        if event is None:
            return None
        if event.use:
            key = prefix + event.use
            event = texts.story()[event.use].event or event
        if key not in self.events:
            start = texts.moment(base, event.day, event.hour)
            self.events[key] = gatherings.record_gathering(
                name=event.name,
                kind=event.kind,
                place=event.place,
                starts_at=start,
                ends_at=start + dt.timedelta(hours=event.hours),
                unit=self.units[asked.unit],
                by=by,
            )
        return self.events[key]

    def _ask(self, asked: Asked, base: dt.date, prefix: str) -> None:
        request = self.draft(asked, base, prefix=prefix)
        by = self.people[asked.by]
        now = clock.now()
        try:
            request = casework.submit(request=request, by=by)
        except casework.Blocked as blocked:
            if asked.ending.result != "blocked":
                rules = ", ".join(f"{f.rule_id} ({f.why})" for f in blocked.decision.blocks)
                raise OffScript(f"“{asked.title}” should have gone through, but: {rules}") from blocked
            self.later(now + dt.timedelta(hours=3), lambda: self._withdraw(request, asked))
            return
        if asked.ending.result == "blocked":
            raise OffScript(f"“{asked.title}” should have been stopped by a rule and was not.")
        if asked.ending.result == "withdrawn":
            self.later(now + dt.timedelta(hours=20), lambda: self._withdraw(request, asked))
            return
        wait = dt.timedelta(hours=2)
        version = queries.current_version(request)
        if version is not None and version.needs_advice:
            wait = dt.timedelta(hours=1) if asked.window[0] == 0 else dt.timedelta(hours=5)
            self.later(now + wait, lambda: self._advise(request, asked))
        self.later(now + 2 * wait, lambda: self._decide(request, asked, prefix))

    def _withdraw(self, request: Request, asked: Asked) -> None:
        casework.withdraw(request=request, by=self.people[asked.by], because=asked.ending.because)

    def _advise(self, request: Request, asked: Asked) -> None:
        advice = asked.advice
        if advice is None:
            raise OffScript(f"“{asked.title}” needs advice, and the texts have none.")
        casework.advise(
            request=request,
            by=self.people["okafor"],
            expected_digest=content.current_digest(Request.objects.get(pk=request.pk)),
            outcome=_OUTCOMES.get(advice.outcome, advice.outcome),
            aim=advice.aim,
            link=advice.link,
            less_intrusive=advice.less_intrusive,
            fair=advice.fair,
            reasons=advice.reasons,
            conditions=advice.conditions,
        )

    def decider(self, request: Request) -> User:
        """Somebody who may decide this request, and does not command the march."""
        decider = queries.who_decides(request)
        able = [] if decider is None else [p for p in decider.people if p.username != cast.COMMANDS_THE_MARCH]
        if not able:
            raise OffScript(f"Nobody in the cast can decide {request.ref}.")
        return able[request.pk % len(able)]

    def _decide(self, request: Request, asked: Asked, prefix: str) -> None:
        request = Request.objects.select_related("unit", "requested_by", "gathering").get(pk=request.pk)
        ending, by, digest = asked.ending, self.decider(request), content.current_digest(request)
        if ending.result == "refused":
            casework.refuse(
                request=request,
                by=by,
                expected_digest=digest,
                reason=_REASONS.get(ending.reason, ending.reason),
                grounds=ending.grounds,
            )
            return
        if asked.key == "march":
            self._try_oneself(request, digest, asked)
        review = queries.live_advice(request)
        authorisation = casework.grant(
            request=request,
            by=by,
            expected_digest=digest,
            considerations=ending.considerations,
            conditions=ending.conditions,
            against_advice_because=ending.considerations if review and review.outcome == "object" else "",
        )
        self.granted[prefix + asked.key] = authorisation
        self.later(authorisation.expires_at + dt.timedelta(minutes=1), self._tick)
        if ending.result == "cancelled" and asked.key != "harbour":
            self.later(
                clock.now() + dt.timedelta(days=ending.after_days), lambda: self.stop(authorisation, asked)
            )

    def _try_oneself(self, request: Request, digest: str, asked: Asked) -> None:
        """An officer in a hurry tries to agree their own request. It is refused, and stays on record."""
        try:
            casework.grant(
                request=request,
                by=request.requested_by,
                expected_digest=digest,
                considerations=asked.ending.considerations,
            )
        except casework.SelfAuthorisation:
            return
        raise OffScript(f"{request.ref} was agreed by the officer who asked for it.")

    def stop(self, authorisation: Authorisation, asked: Asked) -> None:
        """Stop an authorisation, as its texts say why."""
        casework.cancel(
            authorisation=authorisation,
            by=authorisation.granted_by,
            because=asked.ending.because,
            product=asked.ending.product or "keep_to_term",
        )
        self._tick()

    def _tick(self) -> None:
        """What the timetable does by itself."""
        retention.expire_due()
        retention.purge_due()

    def send(self, asked: Asked, base: dt.date, *, prefix: str = "") -> Request:
        """Write a whole request and send it; nobody decides it."""
        request = self.draft(asked, base, prefix=prefix)
        try:
            return casework.submit(request=request, by=self.people[asked.by])
        except casework.Blocked as blocked:
            rules = ", ".join(f"{f.rule_id} ({f.why})" for f in blocked.decision.blocks)
            raise OffScript(f"“{asked.title}” should have gone through, but: {rules}") from blocked

    # ------------------------------------------------------------------ collecting
    def collect(self, key: str, path: Path) -> CollectionRun:
        """Take an archive in under an authorisation of the story."""
        authorisation = self.granted[key]
        run = intake.take_file(path=path, authorisation=authorisation, by=authorisation.requested_by)
        self.later(clock.now() + dt.timedelta(days=(authorisation.retention_days or 0) + 20), self._tick)
        return run

    def collect_and_stop(self, key: str, asked: Asked, path: Path) -> CollectionRun:
        """Take an archive in, and stop its authorisation while the first batch is being stored."""
        authorisation = self.granted[key]
        stopped: list[bool] = []

        def stop_once(run: CollectionRun, _: int) -> None:
            if not stopped:
                stopped.append(True)
                casework.cancel(
                    authorisation=authorisation,
                    by=authorisation.granted_by,
                    because=asked.ending.because,
                    product=asked.ending.product,
                )

        run = intake.take_file(
            path=path, authorisation=authorisation, by=authorisation.requested_by, on_batch=stop_once
        )
        self._tick()
        return run

    # ------------------------------------------------------------------ posts
    def plan_post(self, said: Said, base: dt.date) -> None:
        """Put a post on the agenda."""
        self.later(texts.moment(base, *said.asked), lambda: self._speak(said))

    def write_post(self, said: Said) -> Post:
        """Draft a post with its first words."""
        by = self.people[said.by]
        post = posting.draft(account=self.accounts[said.account], by=by)
        values = {
            "type": said.type,
            "text": said.text,
            "corrects": said.corrects,
            "corrects_seen_at": clock.now() - dt.timedelta(minutes=50) if said.corrects else None,
            "verified_facts": list(said.verified_facts),
            "policing_purpose": said.policing_purpose,
            "person_named": said.person_named,
            "person_stage": said.person_stage,
            "identifiers": [
                i for i in said.identifiers if i in ("name", "address", "school", "workplace", "image")
            ],
        }
        return posting.edit(post=post, by=by, values=values)

    def _speak(self, said: Said) -> None:
        by = self.people[said.by]
        post = self.write_post(said)
        second = {
            "text": said.second_text,
            "person_named": False,
            "identifiers": [
                i for i in said.second_identifiers if i in ("name", "address", "school", "workplace")
            ],
        }
        try:
            post = posting.submit(post=post, by=by)
        except casework.Blocked as blocked:
            if not said.blocked_because:
                rules = ", ".join(f"{f.rule_id} ({f.why})" for f in blocked.decision.blocks)
                raise OffScript(f"The post “{said.key}” should have gone through, but: {rules}") from blocked
            post = posting.edit(post=post, by=by, values=second)
            post = posting.submit(post=post, by=by)
        else:
            if said.blocked_because:
                raise OffScript(f"The post “{said.key}” should have been stopped by a rule and was not.")
        if said.sent_back_by:
            posting.send_back(
                post=post,
                by=self.people[said.sent_back_by],
                reason=said.sent_back_because,
                expected_digest=post.digest(),
            )
            post = posting.edit(post=post, by=by, values=second)
            post = posting.submit(post=post, by=by)
        publication = publish.approve_and_send(
            post=post,
            by=self.people[said.approved_by],
            expected_digest=post.digest(),
            considerations=said.considerations,
        )
        publish.send(publication.pk)
        post.refresh_from_db()
        if post.state != PostState.PUBLISHED:
            raise OffScript(f"The post “{said.key}” was not published: {post.failure or post.state}")

    # ------------------------------------------------------------------ the release
    def release(self, period: HalfYear) -> Release:
        """Prepare the release of a half-year by one person and publish it by another."""
        release = reports.prepare(period=period, by=self.people["okafor"])
        return reports.publish(release=release, by=self.people["osei"])


def harbour_archive(path: Path, day: dt.date) -> None:
    """An archive about the harbour: the demonstration's own posts, moved to another place and time."""
    swaps = (
        ("Kingsgate Bridge", "Tarnmouth harbour"),
        ("kingsgate bridge", "Tarnmouth harbour"),
        ("#MarchForTheRiver", "#Tarnmouth"),
        ("March for the River", "Tarnmouth harbour"),
        ("Aldermere", "Tarnmouth"),
    )
    with path.open("w", encoding="utf-8") as out:
        for post in archive.posts(day):
            text = post.text
            for old, new in swaps:
                text = text.replace(old, new)
            row = {
                "id": f"harbour-{post.id}",
                "created_at": post.created_at.isoformat(),
                "platform": post.platform,
                "visibility": post.visibility,
                "language": post.language,
                "author": post.author,
                "text": text,
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
