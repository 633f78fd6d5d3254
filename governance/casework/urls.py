"""Addresses of casework, below /requests/."""

from django.urls import path

from governance.casework.views import ask, judge, read

urlpatterns = [
    path("", read.listing, name="requests"),
    path("new/", ask.new, name="request-new"),
    path("waiting/", read.waiting, name="waiting"),
    path("<str:ref>/", read.one, name="request"),
    path("<str:ref>/part/<slug:part>/", ask.part, name="request-part"),
    path("<str:ref>/event/", ask.new_event, name="request-event"),
    path("<str:ref>/check/", ask.check, name="request-check"),
    path("<str:ref>/take-back/", ask.withdraw, name="request-withdraw"),
    path("<str:ref>/history/", read.history, name="request-history"),
    path("<str:ref>/advice/", judge.advise, name="request-advice"),
    path("<str:ref>/decision/", judge.decide, name="request-decide"),
]
