"""The helpdesk's face: who calls, how things stand, and looking along with their word."""

from __future__ import annotations

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "portal.helpdesk"
