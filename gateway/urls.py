"""Addresses of collection, and of agreeing a post (because what is agreed is sent)."""

from django.urls import path

from gateway.views import agreeing, reading, running, taking

urlpatterns = [
    path("collection/", running.listing, name="authorisations"),
    path("collection/<str:ref>/", running.one, name="authorisation"),
    path("collection/<str:ref>/stop/", running.stop, name="authorisation-stop"),
    path("collection/<str:ref>/stopped/", running.stopped, name="authorisation-stopped"),
    path("collection/<str:ref>/take-in/", taking.take_in, name="authorisation-take-in"),
    path("collection/<str:ref>/runs/<str:run>/", taking.run, name="authorisation-run"),
    path("collection/<str:ref>/posts/", reading.items, name="authorisation-items"),
    path("posts/<str:ref>/agree/", agreeing.agree, name="post-agree"),
]
