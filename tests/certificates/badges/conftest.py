"""What the tests of badges share."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """What is said outside a request is said in English here, whatever the test before spoke."""
    with translation.override("en"):
        yield
