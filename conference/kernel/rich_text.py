"""
Text that strangers wrote: titles become plain lines, abstracts become safe HTML.

Whatever leaves this module as HTML holds only the tags and links listed here.
"""

import html
import re
import unicodedata

import nh3
from markdown_it import MarkdownIt

_TAGS = "a b blockquote br code dd dl dt em i li ol p pre s strong sub sup u ul"
ALLOWED_TAGS = frozenset(_TAGS.split())
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
MARKS_PER_LETTER = 4
LONGEST_LINE = 4_000  # characters of a title that are looked at

_KNOWN_TAGS = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|dd|del|"
    "details|div|dl|dt|em|embed|fieldset|figure|font|footer|form|h[1-6]|head|header|hr|html|i|"
    "iframe|img|input|ins|kbd|label|li|link|main|meta|nav|object|ol|option|p|pre|q|s|script|"
    "section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video"
)
_TAG = re.compile(rf"</?(?:{_KNOWN_TAGS})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"<(?:p|ul|ol|dl|div|h[1-6]|blockquote|pre|table|br)[\s/>]", re.IGNORECASE)
_SILENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_HEADING = re.compile(r"<(/?)h[1-6]\b[^<>]*>", re.IGNORECASE)
_WRAPPER = re.compile(r"<(/?)(?:div|section|article|tr|figure)\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|<br>)*</p>\s*")

# Latin letters, punctuation, arrows and signs: text of only these needs no second look.
_HARMLESS = re.compile(
    "[\t\n\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2100-\u218b\u2190-\u23ff]*"
)

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["code", "image"])


def _is_unwanted(character: str) -> bool:
    """Controls, lone surrogates, and the format characters that turn or hide text."""
    category = unicodedata.category(character)
    if category in ("Cs", "Cn", "Co"):
        return True
    if category == "Cc":
        return not character.isspace()
    # Zero-width joiners hold emoji and some scripts together; everything else of its kind
    # (bidirectional overrides, tag characters) only deceives.
    return category == "Cf" and character not in "\u200c\u200d\u00ad"


def clean_text(text: str) -> str:
    """NFC, without invisible characters, at most four marks on a letter; lines stay lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _HARMLESS.fullmatch(text):
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        if character < "\u0300":
            marks = 0
            if character.isprintable() or character in "\t\n\xa0":
                kept.append(character)
            elif character.isspace():  # vertical tabs, separators: no XML may hold them
                kept.append(" ")
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MARKS_PER_LETTER and not _is_unwanted(character):
            kept.append(character)
    return "".join(kept)


def clean_line(text: str) -> str:
    """`clean_text` on one line, with single spaces."""
    return " ".join(clean_text(text).split())


def plain_line(markup: str) -> str:
    """One line of plain text from a title that may hold HTML: tags go, `a < b` and `<T>` stay."""
    text = _TAG.sub("", _COMMENT.sub("", _SILENT.sub("", markup[:LONGEST_LINE])))
    return clean_line(_ENTITY.sub(_character_of, text))


def _character_of(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


def safe_html(markup: str) -> str:
    """
    Safe HTML from an abstract written as HTML, Markdown or plain text.

    Applying it again changes nothing.
    """
    text = clean_text(markup).strip()
    if not text:
        return ""
    if not _TAG.search(text):
        text = _markdown.render(text)
    elif not _BLOCK_TAG.search(text):
        text = "".join(f"<p>{part}</p>" for part in _BLANK_LINES.split(text))
    text = _HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", text)
    text = _WRAPPER.sub(r"<\1p>", text)
    text = _CELL_END.sub(" ", text)
    cleaned = nh3.clean(
        text,
        tags=set(ALLOWED_TAGS),
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        url_relative="deny",
        link_rel="noopener nofollow",
    )
    cleaned = _EMPTY_PARAGRAPH.sub("", cleaned).strip()
    # A table's words are left without a block around them.
    return f"<p>{cleaned}</p>" if cleaned and not _BLOCK_TAG.search(cleaned) else cleaned
