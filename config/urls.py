"""Every address. Public pages need no sign-in and set no cookie; everything else asks who you are."""

from django.urls import include, path

from config.api import api
from config.pages.home import home
from config.pages.log import log
from governance.decisions.views import rules
from reports.urls import public

urlpatterns = [
    path("", home, name="home"),
    path("", include("governance.people.urls")),  # sign-in, sign-out, help, people
    path("requests/", include("governance.casework.urls")),
    path("", include("gateway.urls")),  # collection/ and agreeing a post
    path("posts/", include("governance.posting.urls")),
    path("our-accounts/", include("governance.accounts.urls")),
    path("our-rules/", rules, name="rules"),
    path("log/", log, name="log"),
    path("reports/", include("reports.urls")),
    path("api/", api.urls),
    *public,
]

handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
