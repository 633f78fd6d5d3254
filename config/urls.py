"""Every address. Public pages need no sign-in and set no cookie; everything else asks who you are."""

from django.urls import include, path

from config.api import api
from reports.urls import public

urlpatterns = [
    path("", include("governance.people.urls")),  # sign-in, sign-out, home, help
    path("requests/", include("governance.casework.urls")),
    path("collection/", include("gateway.urls")),
    path("posts/", include("governance.posting.urls")),
    path("our-accounts/", include("governance.accounts.urls")),
    path("reports/", include("reports.urls")),
    path("api/", api.urls),
    *public,
]

handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
