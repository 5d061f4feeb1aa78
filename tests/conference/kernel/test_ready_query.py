import pytest

from conference.kernel.ready_query import ReadyQuery
from conference.models import Event

pytestmark = pytest.mark.django_db


def by_slug() -> ReadyQuery[Event]:
    return ReadyQuery(
        lambda slug: Event.objects.filter(slug=slug).select_related("venue"), slug="?slug"
    )


def test_a_ready_query_finds_what_its_queryset_finds(event, django_assert_num_queries):
    query = by_slug()
    plain = Event.objects.select_related("venue").get(slug=event.slug)

    for _time in range(2):
        with django_assert_num_queries(1):
            found = query.first(slug=event.slug)
            assert found is not None
            assert found.venue == plain.venue
        for field in Event._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(plain, field.attname)
        assert not found._state.adding


def test_a_ready_query_keeps_nothing_of_the_values_before(event):
    query = by_slug()

    assert query.first(slug="?slug") is None
    assert query.first(slug=event.slug) == event
    assert query.first(slug="'; DROP TABLE conference_event; --") is None
    assert query.first(slug=event.slug) == event


def test_a_ready_query_takes_exactly_its_values(event):
    with pytest.raises(TypeError, match="takes slug"):
        by_slug().first(slug=event.slug, name="another")
    with pytest.raises(TypeError, match="not in the query"):
        ReadyQuery(lambda slug: Event.objects.all(), slug="?slug").first(slug=event.slug)  # noqa: ARG005
