from pathlib import Path

import pytest

from lecommercial_batch.app.settings import BASE_URL, load_settings
from lecommercial_batch.core.errors import SettingsError
from lecommercial_batch.core.model import Rate
from lecommercial_batch.core.sender import Unexplained503, VariablesStyle

SENDERS = """machine_rate = "80/min"
[senders.lyon]
appkey_env = "LECOMMERCIAL_APPKEY_LYON"
rate = "20/min"
variables_style = "bare"
unexplained_503 = "not_sent"
"""


def test_the_environment_wins_over_dot_env(tmp_path: Path) -> None:
    """A `.env` file serves where the environment says nothing."""
    (tmp_path / ".env").write_text("LECOMMERCIAL_AUTHKEY=file\nLECOMMERCIAL_APPKEY=file\n", encoding="utf-8")

    settings = load_settings(folder=tmp_path, environment={"LECOMMERCIAL_APPKEY": "environment"})

    sender = settings.sender("default")
    assert (sender.authkey.reveal(), sender.appkey.reveal()) == ("file", "environment")
    assert settings.base_url == BASE_URL


def test_senders_have_their_keys_pace_and_style(tmp_path: Path) -> None:
    """senders.toml names the variables that hold the keys; the account's auth key serves them all."""
    (tmp_path / "senders.toml").write_text(SENDERS, encoding="utf-8")

    settings = load_settings(
        folder=tmp_path, environment={"LECOMMERCIAL_APPKEY_LYON": "k", "LECOMMERCIAL_AUTHKEY": "a"}
    )
    sender = settings.sender("lyon")

    assert (sender.appkey.reveal(), sender.authkey.reveal()) == ("k", "a")
    assert (sender.rate, sender.variables_style) == (Rate(count=20, period=60), VariablesStyle.BARE)
    assert sender.unexplained_503 is Unexplained503.NOT_SENT
    assert settings.machine_rate == Rate(count=80, period=60)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    """Each variable that is not set is named, blank ones too."""
    with pytest.raises(SettingsError) as error:
        load_settings(folder=tmp_path, environment={"LECOMMERCIAL_APPKEY": "  "}).sender("default")

    assert [problem.code for problem in error.value.problems] == ["missing_key", "missing_key"]
    assert "LECOMMERCIAL_APPKEY" in str(error.value)


def test_a_misspelt_sender_is_answered_by_its_neighbour(tmp_path: Path) -> None:
    """An unknown sender is refused with the nearest name."""
    (tmp_path / "senders.toml").write_text(SENDERS, encoding="utf-8")

    with pytest.raises(SettingsError) as error:
        load_settings(folder=tmp_path, environment={}).check_names(["lion"])

    assert "lyon" in str(error.value.problems[0].advice)


def test_a_broken_senders_file_is_named_with_its_line(tmp_path: Path) -> None:
    """A fault of senders.toml has its line, like one of a campaign."""
    (tmp_path / "senders.toml").write_text(SENDERS.replace('rate = "20/min"', 'rat = "20/min"'), encoding="utf-8")

    with pytest.raises(SettingsError) as error:
        load_settings(folder=tmp_path, environment={})

    (problem,) = error.value.problems
    assert (problem.code, problem.row) == ("unknown_key", 4)


def test_no_key_shows_itself(tmp_path: Path) -> None:
    """A sender printed by accident shows no key."""
    environment = {"LECOMMERCIAL_AUTHKEY": "secret-a", "LECOMMERCIAL_APPKEY": "secret-b"}
    settings = load_settings(folder=tmp_path, environment=environment)

    assert "secret" not in repr(settings.sender("default"))
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "file", "folder"),
    [
        ("sqlite:///lecommercial.db", "lecommercial.db", "."),
        ("sqlite:////srv/envois/j.db?timeout=5", "/srv/envois/j.db", "/srv/envois"),
        ("postgresql://db/envois?sslmode=require", None, "."),
    ],
)
def test_the_journals_file_is_known(tmp_path: Path, url: str, file: str | None, folder: str) -> None:
    """Whatever parameters its address has: every verb looks for the same one."""
    settings = load_settings(folder=tmp_path, environment={"LECOMMERCIAL_DATABASE_URL": url})

    assert settings.database_file == (Path(file) if file else None)
    assert settings.folder == Path(folder)
