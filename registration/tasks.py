from celery import shared_task
from django.utils import timezone

from registration.operations import deriving_attendance
from registration.operations.expiring import expire_orders


@shared_task(name="registration.expire_held_orders")
def expire_held_orders() -> None:
    expire_orders(at=timezone.now())


@shared_task(name="registration.derive_attendance")
def derive_attendance(registration_id: int) -> None:
    deriving_attendance.derive_attendance([registration_id], at=timezone.now())


@shared_task(name="registration.derive_forgotten_attendance")
def derive_forgotten_attendance() -> None:
    deriving_attendance.derive_forgotten_attendance(at=timezone.now())
