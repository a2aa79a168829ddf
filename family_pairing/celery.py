"""The Celery application: it carries hints, and every switch here keeps a lost one from mattering."""

from __future__ import annotations

import logging
import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "family_pairing.settings")

VISIBILITY = 120
HEARTBEAT = "ledger.heartbeat"

app = Celery("family_pairing")
app.conf.update(
    broker_url=settings.BROKER_URL,
    result_backend=None,
    task_ignore_result=True,
    accept_content=["json"],
    task_serializer="json",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_publish_retry=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "health_check_interval": 10,
        # Whoever publishes must not wait for a broker that is away; who consumes tries again by itself.
        "max_retries": 0,
    },
    visibility_timeout=VISIBILITY,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=5,
    worker_max_tasks_per_child=5000,
    worker_max_memory_per_child=262_144,
    task_soft_time_limit=20,
    task_time_limit=30,
    worker_hijack_root_logger=False,
    # One question a queue, and there is one queue; `manage.py healthy` reads the answers.
    beat_schedule={
        HEARTBEAT: {"task": HEARTBEAT, "schedule": 10.0, "options": {"expires": 30.0}},
    },
)
app.autodiscover_tasks()


def is_news(record: logging.LogRecord) -> bool:
    """Leave out that a heartbeat was received and answered: it would fill the log of a quiet day."""
    return not (isinstance(record.args, dict) and record.args.get("name") == HEARTBEAT)


for name in ("celery.worker.strategy", "celery.app.trace"):
    logging.getLogger(name).addFilter(is_news)
