"""Addresses of this room: `urlpatterns` for those who sign in, `public` for everybody."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
public: list[URLPattern] = []
