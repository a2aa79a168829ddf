"""Helplines as frozen data: who answers where, when and in which language, and which of them somebody is shown.

Pure as the core is: no clock, no database, no framework. So help is there while nothing else is.
"""

from __future__ import annotations
