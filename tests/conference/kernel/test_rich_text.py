import pytest

from conference.kernel.rich_text import clean_line, clean_text, plain_line, safe_html


@pytest.mark.parametrize("name", ["Ñandú Güemes-Ibáñez", "O'Higgins", "Mª José", "Łukasz", "王芳"])
def test_honest_names_stay_as_they_are(name: str) -> None:
    assert clean_line(name) == name


def test_decomposed_letters_are_composed() -> None:
    assert clean_line("N\u0303andu\u0301") == "Ñandú"


def test_an_emoji_with_joiners_stays_whole() -> None:
    assert clean_line("\U0001f469\u200d\u2695\ufe0f") == "\U0001f469\u200d\u2695\ufe0f"


def test_a_letter_keeps_at_most_four_marks() -> None:
    assert clean_line("x" + "\u0301" * 199) == "x" + "\u0301" * 4


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\U000e0041", "\x00", "\x07", "\ufeff"])
def test_characters_that_turn_or_hide_text_are_taken_out(hidden: str) -> None:
    assert clean_line(f"A{hidden}na") == "Ana"


def test_a_lone_surrogate_is_taken_out() -> None:
    assert clean_line("A\ud800na") == "Ana"


def test_lines_stay_in_a_text_and_become_spaces_in_a_line() -> None:
    assert clean_text("a\r\nb\rc") == "a\nb\nc"
    assert clean_text("a\v\x1cb\xa0c") == "a  b\xa0c"
    assert clean_line(" a\r\nb\t\v c ") == "a b c"


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<b>Shock</b> &amp; trauma", "Shock & trauma"),
        ("pH < 7 and pCO2 > 60", "pH < 7 and pCO2 > 60"),
        ("vector<T>", "vector<T>"),
        ("AT&T, R&D, Q&A", "AT&T, R&D, Q&A"),
        ("a<script>alert(1)</script>b", "ab"),
        ('"><img src=x onerror=alert(1)>', '">'),
        ("a <!-- b --> c", "a c"),
    ],
)
def test_a_title_becomes_a_plain_line(markup: str, line: str) -> None:
    assert plain_line(markup) == line


SAFE = {
    "one < two\n\nthree": "<p>one &lt; two</p>\n<p>three</p>",
    "<p>a</p><h2>T</h2><div>q</div>": "<p>a</p><p><strong>T</strong></p><p>q</p>",
    "<img src=x onerror=alert(1)>a": "<p>a</p>",
    "<svg onload=alert(1)>b": "<p>b</p>",
    '<p style="color:red" onclick="x()" class="y">c</p>': "<p>c</p>",
    '<a href="data:text/html,x">d</a>': '<p><a rel="noopener nofollow">d</a></p>',
    '<p><a href="/logout">e</a></p>': '<p><a rel="noopener nofollow">e</a></p>',
    "<table><tr><td>1</td><td>2</td></tr></table>": "<p>1 2</p>",
    "a<b>b</b>\n\nc": "<p>a<b>b</b></p><p>c</p>",
    "": "",
}


@pytest.mark.parametrize(("markup", "html"), SAFE.items())
def test_an_abstract_becomes_safe_html(markup: str, html: str) -> None:
    assert safe_html(markup).strip() == html


@pytest.mark.parametrize("markup", SAFE)
def test_making_html_safe_twice_changes_nothing_more(markup: str) -> None:
    once = safe_html(markup)

    assert safe_html(once) == once
