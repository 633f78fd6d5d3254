"""Addresses of signing in and help."""

from django.urls import path

from governance.people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("help/", views.help_page, name="help"),
    path("people/", views.people, name="people"),
    path("people/<str:username>/", views.one, name="person"),
    path("people/<str:username>/roles/<int:grant>/end/", views.end_role, name="role-end"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
