import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from schedule.rules import (
    kind_from,
    programme_day,
    programme_day_bounds,
    search_text_of,
    search_words,
    without_accents,
)
from schedule.states import SessionKind

BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Ñandú", "nandu"), ("N\u0303andu\u0301", "nandu"), ("João Ç", "joao c"), ("STRASSE ß", "strasse ss")],
)  # fmt: skip
def test_letters_lose_their_marks(text: str, plain: str) -> None:
    assert without_accents(text) == plain


def test_a_search_is_its_words_each_once_and_at_most_ten() -> None:
    assert search_words("  Shock, SHOCK & séptico!") == ("shock", "septico")
    assert search_words("%_'--") == ("_",)
    assert len(search_words(" ".join(str(number) for number in range(30)))) == 10


def test_the_text_that_is_searched_is_the_words_of_all_it_says() -> None:
    assert search_text_of("Shock: ¿séptico?", "", "Ana Ñ.") == "shock septico ana n"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("lecture", SessionKind.TALK),
        ("", SessionKind.TALK),
        ("Workshop (2h)", SessionKind.WORKSHOP),
        ("Taller", SessionKind.WORKSHOP),
        ("keynote", SessionKind.KEYNOTE),
        ("Conferencia magistral", SessionKind.KEYNOTE),
        ("Lunch", SessionKind.BREAK),
        ("Breakout session", SessionKind.TALK),
        ("podium", SessionKind.PANEL),
        ("Mesa redonda", SessionKind.PANEL),
        ("e-Posters", SessionKind.POSTERS),
        ("Simposio satélite", SessionKind.PROMOTIONAL),
        ("Opening Ceremony", SessionKind.CEREMONY),
    ],
)
def test_foreign_words_for_a_kind_become_ours(written: str, kind: SessionKind) -> None:
    assert kind_from(written) is kind


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2027-04-14T07:00", "2027-04-14"),  # four in the morning
        ("2027-04-14T06:59", "2027-04-13"),
        ("2027-04-15T02:59", "2027-04-14"),
    ],
)
def test_a_day_of_the_programme_begins_at_four(instant: str, day: str) -> None:
    moment = dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)

    assert programme_day(moment, BUENOS_AIRES) == dt.date.fromisoformat(day)
    opens, closes = programme_day_bounds(dt.date.fromisoformat(day), BUENOS_AIRES)
    assert opens <= moment < closes


def test_the_day_on_which_clocks_change_has_23_hours() -> None:
    opens, closes = programme_day_bounds(dt.date(2027, 3, 13), ZoneInfo("America/New_York"))

    assert closes - opens == dt.timedelta(hours=23)
