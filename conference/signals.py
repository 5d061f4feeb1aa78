"""What the core announces to the apps above it, inside the transaction of the change."""

from django.dispatch import Signal

# duplication: operations.copying.Duplication. Each app copies what it knows of an event, the
# lower ones first.
event_duplicated = Signal()
# event, parts. A receiver returns the lines of what it would copy: operations.copying.lines_of.
duplication_asked = Signal()
