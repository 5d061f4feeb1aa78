"""What the API says of a body that nobody could read: always its own shape, never a page."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_body_of_more_than_a_megabyte_is_refused_in_the_shape_of_the_api(event):
    body = b'{"language": "' + b"x" * 1_200_000 + b'"}'

    response = Client().post(
        f"/api/v1/events/{event.slug}/orders/", body, content_type="application/json"
    )

    assert response.status_code == 400
    assert response.json() == {
        "code": "too_large",
        "detail": "The body is larger than 1 MB.",
        "fields": {},
    }
