"""Addresses of posts, below /posts/. Agreeing is at /posts/<ref>/agree/, in the gateway."""

from django.urls import path

from governance.posting import views

urlpatterns = [
    path("", views.listing, name="posts"),
    path("new/", views.new, name="post-new"),
    path("<str:ref>/", views.one, name="post"),
    path("<str:ref>/write/", views.edit, name="post-edit"),
    path("<str:ref>/take-back/", views.withdraw, name="post-withdraw"),
]
