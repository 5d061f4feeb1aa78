import pytest
from django.core.management import call_command

from tests.certificates import stage


@pytest.fixture(scope="session")
def seal_files(tmp_path_factory):
    """One key for the whole run: making it takes longer than most tests."""
    folder = tmp_path_factory.mktemp("seal")
    return str(folder / "key.pem"), str(folder / "cert.pem")


@pytest.fixture(autouse=True)
def seal(settings, seal_files):
    settings.SEAL_KEY_FILE, settings.SEAL_CERT_FILE = seal_files
    call_command("make_demo_seal", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: PTH123, SIM115


@pytest.fixture
def sessions(event):
    return stage.make_sessions(event)


@pytest.fixture
def activity(event):
    return stage.make_activity(event)


@pytest.fixture
def designation(activity, sessions):
    return stage.designate(activity, sessions)


@pytest.fixture
def physician(event, designation, sessions):
    """Attended everything of track A: 365 minutes, 6.00 credits."""
    registration = stage.make_registration(event)
    for code in stage.TRACK_A:
        stage.attend(registration, sessions[code])
    return registration
