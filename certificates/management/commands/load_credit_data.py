from typing import Any

from django.core.management.base import BaseCommand

from certificates.operations.loading import load_credit_data


class Command(BaseCommand):
    help = "Load the credit types and the statement library. Doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        credit_types, statements = load_credit_data()
        self.stdout.write(f"{credit_types} credit types, {statements} statements.")
