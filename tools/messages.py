"""
The catalogues of the interface, without GNU gettext: a slim machine has none.

    python tools/messages.py update | check | compile

Message ids are English, so there is no English catalogue. A catalogue carries no dates and no line
numbers: two people who add strings then rarely meet in the same line.
"""

from __future__ import annotations

import io
import os
import pathlib
import sys
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # started as a program, only our own folder is known

from tools.message_faults import faults_of, forms_of, is_translated  # noqa: E402 - after the path
from tools.message_sources import messages_in  # noqa: E402 - after the path

APPS = ("conference", "schedule", "registration", "certificates")
LANGUAGES = ("es", "pt_BR", "fr")
SHOWN_PROBLEMS = 40
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def catalogue_file(app: pathlib.Path, language: str) -> pathlib.Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(app: pathlib.Path, language: str) -> Catalog:
    """Return the app's catalogue in a language, an empty one where there is none yet."""
    path = catalogue_file(app, language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", abort_invalid=True)


def write_catalogue(app: pathlib.Path, language: str, catalogue: Catalog) -> None:
    body = io.BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, include_lineno=False, sort_output=True)
    header = HEADER.format(language=language, plural_forms=catalogue.plural_forms)
    replace_file(catalogue_file(app, language), header.encode() + body.getvalue())


def replace_file(path: pathlib.Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def messages_of(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]  # the first one is the header


def update(root: pathlib.Path = ROOT, apps: tuple[str, ...] = APPS) -> None:
    """Bring the catalogues to what the sources say; translations stay, what nobody uses goes."""
    for language in LANGUAGES:
        known = translations_in(root, apps, language)
        for app in (root / name for name in apps):
            template = messages_in(app)
            catalogue = read_catalogue(app, language)
            if not messages_of(template) and not messages_of(catalogue):
                continue
            catalogue.update(template, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            for message in messages_of(catalogue):
                if not is_translated(message):  # another app may have said it already
                    message.string = known.get(identity(message), message.string)
            write_catalogue(app, language, catalogue)


def identity(message: Message) -> tuple[str | None, str]:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, singular


def translations_in(
    root: pathlib.Path, apps: tuple[str, ...], language: str
) -> dict[tuple[str | None, str], str | tuple[str, ...]]:
    return {
        identity(message): message.string
        for name in apps
        for message in messages_of(read_catalogue(root / name, language))
        if is_translated(message) and not message.fuzzy
    }


def compile_catalogues(root: pathlib.Path = ROOT, apps: tuple[str, ...] = APPS) -> int:
    """Write each catalogue in the form that Django reads, and return how many there were."""
    written = 0
    for name in apps:
        for language in LANGUAGES:
            path = catalogue_file(root / name, language)
            if path.exists():
                compiled = io.BytesIO()
                write_mo(compiled, read_catalogue(root / name, language))
                replace_file(path.with_suffix(".mo"), compiled.getvalue())
                written += 1
    return written


def problems(root: pathlib.Path = ROOT, apps: tuple[str, ...] = APPS) -> list[str]:
    """Return a line for each message that a reader would not get in her language."""
    found: list[str] = []
    for language in LANGUAGES:
        translated: dict[tuple[str | None, str], tuple[str, object]] = {}
        for name in apps:
            catalogue = read_catalogue(root / name, language)
            for wanted in messages_of(messages_in(root / name)):
                message = catalogue.get(wanted.id, wanted.context)
                subject = f"{name} {language}: {identity(wanted)[1]!r}"
                if message is None:
                    found.append(f"{subject}: missing")
                    continue
                if wanted.pluralizable and not message.pluralizable:
                    found.append(f"{subject}: has no plural")
                    continue
                faults = list(faults_of(message, catalogue.num_plurals))
                found += [f"{subject}: {fault}" for fault in faults]
                if faults:
                    continue
                # Django merges the apps' catalogues: of two texts one is never seen.
                other, text = translated.setdefault(identity(wanted), (name, message.string))
                if forms_of(text)[0] != forms_of(message.string)[0]:
                    found.append(f"{subject}: translated otherwise in {other}")
    return found


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
            left = problems()
            print(f"{len(left)} messages need a translator.")
        case ["check"]:
            left = problems()
            print("\n".join(left[:SHOWN_PROBLEMS]), end="\n" if left else "")
            if len(left) > SHOWN_PROBLEMS:
                print(f"… and {len(left) - SHOWN_PROBLEMS} more: `make messages` adds the missing.")
            print(f"{len(left)} problems in the catalogues." if left else "Catalogues complete.")
            return 1 if left else 0
        case ["compile"]:
            print(f"{compile_catalogues()} catalogues compiled.")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
