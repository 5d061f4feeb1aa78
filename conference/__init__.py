"""The conference itself, and what the other apps stand on."""

from conference.celery import app as celery_app

__all__ = ["celery_app"]
