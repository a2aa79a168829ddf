"""The ASGI application that a server runs."""

from __future__ import annotations

import os

import django

from edge.pauses import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "family_pairing.settings")
django.setup()

from family_pairing.front import front  # noqa: E402 models can be imported only now

application = front()
# All that was imported stays as long as the process.
settle()
