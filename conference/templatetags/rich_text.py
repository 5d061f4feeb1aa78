"""Abstracts and biographies in pages: cleaned once more at the last door."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from conference.kernel.rich_text import safe_html

register = template.Library()


@register.filter
def rich_text(markup: object) -> SafeString:
    """HTML, Markdown or plain text of a stranger, as HTML that can do no harm."""
    return mark_safe(safe_html(str(markup)))
