"""What registration announces to the apps above it, inside the transaction."""

from django.dispatch import Signal

# registration: Registration, changed: list[str] of field names, before it is saved.
# A receiver refuses by raising a DomainError.
details_correcting = Signal()
