"""Addresses of this room: `urlpatterns` for those who sign in, `public` for everybody.

A public release has a permanent address, /transparency/<ref>/v<version>/; without a version one is sent there.
"""

from django.urls import path

from reports import public_views, views

urlpatterns = [
    path("", views.listing, name="releases"),
    path("prepare/", views.prepare, name="release-prepare"),
    path("<str:ref>/<int:key>/", views.one, name="release"),
    path("<str:ref>/<int:key>/publish/", views.publish, name="release-publish"),
    path("<str:ref>/<int:key>/figures/", views.figures, name="release-figures"),
    path(
        "<str:ref>/<int:key>/figures/<slug:table>/<str:row>/<str:column>/", views.trace, name="release-trace"
    ),
    path("<str:ref>/<int:key>/files/<path:name>", views.file, name="release-file"),
]

public = [
    path("public/", public_views.front, name="public"),
    path("transparency/", public_views.releases, name="public-releases"),
    path("transparency/<str:ref>/v<int:version>/", public_views.file, name="public-release"),
    path("transparency/<str:ref>/v<int:version>/<path:name>", public_views.file, name="public-file"),
    path("transparency/<str:ref>/", public_views.latest, name="public-latest"),
    path("transparency/<str:ref>/<path:name>", public_views.latest, name="public-latest-file"),
    path("accounts/", public_views.accounts, name="public-accounts"),
    path("accounts/accounts.json", public_views.accounts_json, name="public-accounts-json"),
    path("rules/", public_views.rules, name="public-rules"),
    path("check/", public_views.check, name="public-check"),
]
