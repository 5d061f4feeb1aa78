"""What registration announces to the apps above it, inside the transaction."""

from django.dispatch import Signal

# A person corrects her own details, before they are saved.
# registration: Registration, changed: list[str] of field names.
# A receiver refuses by raising a DomainError.
details_correcting = Signal()
