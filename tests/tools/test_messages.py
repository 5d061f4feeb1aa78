import gettext
import pathlib

import pytest

from tools import messages

APPS = ("desk",)

MODULE = """
from django.utils.translation import gettext as _, ngettext, ngettext_lazy, pgettext_lazy

GREETING = _("Welcome, %(name)s")
ROOM = _("Room “%s”")
SEATS = ngettext_lazy("%(count)d seat", "%(count)d seats", "count")
MAY = pgettext_lazy("month", "May")
"""
TEMPLATE = """
<main>
    <p>{% translate "Programme" %}</p>
  {% blocktranslate trimmed count places=n with town=event.town %}
      One place in {{ town }}
    {% plural %}
      {{ places }} places in {{ town }}
  {% endblocktranslate %}
 <a title="{% translate 'Save 50%' %}">it's "{{ other }}" (</a>
</main>
"""


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "desk" / "templates" / "desk").mkdir(parents=True)
    (tmp_path / "desk" / "migrations").mkdir()
    (tmp_path / "desk" / "words.py").write_text(MODULE)
    (tmp_path / "desk" / "migrations" / "initial.py").write_text('_("never shown")')
    (tmp_path / "desk" / "templates" / "desk" / "page.html").write_text(TEMPLATE)
    return tmp_path


def translate_all(root: pathlib.Path, language: str) -> None:
    """Fill a catalogue with its own message ids, which is a faultless translation."""
    catalogue = messages.read_catalogue(root / "desk", language)
    for message in messages.messages_of(catalogue):
        message.string = message.id
    messages.write_catalogue(root / "desk", language, catalogue)


def change_translation(root: pathlib.Path, message_id: str, text: object) -> None:
    catalogue = messages.read_catalogue(root / "desk", "es")
    catalogue.get(message_id).string = text
    messages.write_catalogue(root / "desk", "es", catalogue)


@pytest.fixture
def translated(root: pathlib.Path) -> pathlib.Path:
    messages.update(root, APPS)
    for language in messages.LANGUAGES:
        translate_all(root, language)
    assert messages.problems(root, APPS) == []
    return root


def test_messages_are_found_in_python_and_in_templates_but_not_in_migrations(
    root: pathlib.Path,
) -> None:
    found = messages.messages_of(messages.messages_in(root / "desk"))

    assert {(message.context, message.id) for message in found} == {
        (None, "Programme"),
        (None, "Save 50%%"),
        (None, "Room “%s”"),
        (None, "Welcome, %(name)s"),
        (None, ("%(count)d seat", "%(count)d seats")),
        (None, ("One place in %(town)s", "%(places)s places in %(town)s")),
        ("month", "May"),
    }


def test_an_update_writes_one_catalogue_for_each_language_and_is_stable(
    root: pathlib.Path,
) -> None:
    messages.update(root, APPS)
    first = {path: path.read_bytes() for path in root.rglob("*.po")}
    messages.update(root, APPS)

    assert sorted(path.relative_to(root).as_posix() for path in first) == [
        "desk/locale/es/LC_MESSAGES/django.po",
        "desk/locale/fr/LC_MESSAGES/django.po",
        "desk/locale/pt_BR/LC_MESSAGES/django.po",
    ]
    assert {path: path.read_bytes() for path in root.rglob("*.po")} == first


def test_an_update_keeps_translations_and_drops_what_nobody_says_any_more(
    translated: pathlib.Path,
) -> None:
    change_translation(translated, "Programme", "Programa")
    (translated / "desk" / "words.py").write_text('_("New words")')

    messages.update(translated, APPS)

    catalogue = messages.read_catalogue(translated / "desk", "es")
    assert {str(message.id): message.string for message in messages.messages_of(catalogue)} == {
        "New words": "",
        "Programme": "Programa",
        "Save 50%%": "Save 50%%",
        "('One place in %(town)s', '%(places)s places in %(town)s')": (
            "One place in %(town)s",
            "%(places)s places in %(town)s",
        ),
    }


def test_an_update_takes_a_translation_that_another_app_has(translated: pathlib.Path) -> None:
    change_translation(translated, "Programme", "Programa")
    (translated / "door").mkdir()
    (translated / "door" / "words.py").write_text('_("Programme")')

    messages.update(translated, ("desk", "door"))

    catalogue = messages.read_catalogue(translated / "door", "es")
    assert catalogue.get("Programme").string == "Programa"


def test_an_app_without_messages_gets_no_catalogue(tmp_path: pathlib.Path) -> None:
    (tmp_path / "desk").mkdir()

    messages.update(tmp_path, APPS)

    assert messages.problems(tmp_path, APPS) == []
    assert list(tmp_path.rglob("*.po")) == []


def test_a_message_without_a_catalogue_is_missing_in_every_language(root: pathlib.Path) -> None:
    (root / "desk" / "templates" / "desk" / "page.html").unlink()
    (root / "desk" / "words.py").write_text('_("Hello")')

    assert messages.problems(root, APPS) == [
        "desk es: 'Hello': missing",
        "desk pt_BR: 'Hello': missing",
        "desk fr: 'Hello': missing",
    ]


@pytest.mark.parametrize(
    ("message_id", "translation", "problem"),
    [
        ("Programme", "", "untranslated"),
        ("Welcome, %(name)s", "Hola", "lacks placeholders: %(name)s"),
        ("Welcome, %(name)s", "Hola, %(nombre)s", "has unknown placeholders: %(nombre)s"),
        (
            "Save 50%%",
            "Ahorre 50%",
            "has a per cent sign that is no placeholder of the original: write %%",
        ),
        (
            "Room “%s”",
            "Sala",
            "has a per cent sign that is no placeholder of the original: write %%",
        ),
        (
            "Room “%s”",
            "Sala “%d”",
            "has a per cent sign that is no placeholder of the original: write %%",
        ),
        ("%(count)d seat", ("%(count)d lugar", ""), "has an empty plural form"),
        ("%(count)d seat", ("un lugar", "lugares"), "lacks placeholders: %(count)d"),
    ],
)
def test_a_translation_that_would_fail_its_reader_is_a_problem(
    translated: pathlib.Path, message_id: str, translation: object, problem: str
) -> None:
    change_translation(translated, message_id, translation)

    found = messages.problems(translated, APPS)

    assert f"desk es: {message_id!r}: {problem}" in found
    assert all(line.startswith(f"desk es: {message_id!r}: ") for line in found)


def test_a_singular_form_may_leave_out_its_number(translated: pathlib.Path) -> None:
    change_translation(translated, "%(count)d seat", ("un lugar", "%(count)d lugares"))

    assert messages.problems(translated, APPS) == []


def test_a_fuzzy_translation_is_a_problem(translated: pathlib.Path) -> None:
    catalogue = messages.read_catalogue(translated / "desk", "es")
    catalogue.get("Programme").flags.add("fuzzy")
    messages.write_catalogue(translated / "desk", "es", catalogue)

    assert messages.problems(translated, APPS) == ["desk es: 'Programme': fuzzy"]


def test_two_apps_may_not_translate_the_same_words_differently(translated: pathlib.Path) -> None:
    (translated / "door").mkdir()
    (translated / "door" / "words.py").write_text('_("Programme")')
    messages.update(translated, ("desk", "door"))
    change_translation(translated, "Programme", "Programa")

    assert messages.problems(translated, ("desk", "door")) == [
        "door es: 'Programme': translated otherwise in desk"
    ]


def test_braces_are_placeholders_where_the_message_has_no_others(root: pathlib.Path) -> None:
    (root / "desk" / "words.py").write_text('_("Seat {number}")')
    messages.update(root, APPS)
    for language in messages.LANGUAGES:
        translate_all(root, language)
    change_translation(root, "Seat {number}", "Lugar {numero}")

    assert messages.problems(root, APPS) == [
        "desk es: 'Seat {number}': has unknown placeholders: {numero}",
        "desk es: 'Seat {number}': lacks placeholders: {number}",
    ]


def test_compiled_catalogues_answer_with_the_translation(translated: pathlib.Path) -> None:
    change_translation(translated, "%(count)d seat", ("%(count)d lugar", "%(count)d lugares"))

    assert messages.compile_catalogues(translated, APPS) == 3

    compiled = translated / "desk" / "locale" / "es" / "LC_MESSAGES" / "django.mo"
    with compiled.open("rb") as file:
        spanish = gettext.GNUTranslations(file)
    assert spanish.ngettext("%(count)d seat", "%(count)d seats", 2) == "%(count)d lugares"
    assert spanish.pgettext("month", "May") == "May"
