"""Addresses of the account register, below /our-accounts/."""

from django.urls import path

from governance.accounts import views

urlpatterns = [
    path("", views.listing, name="accounts"),
    path("new/", views.new, name="account-new"),
    path("<str:ref>/", views.one, name="account"),
]
