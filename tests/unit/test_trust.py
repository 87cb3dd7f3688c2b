"""Whose word an address and a key stand on, before anything is sent there."""

import stat
import sys
import types
from pathlib import Path

import pytest

from lecommercial_batch.app.settings import load_settings
from lecommercial_batch.core.addresses import canonical, is_loopback, is_safe, shown
from lecommercial_batch.core.errors import CampaignError, SettingsError

KEYS = "LECOMMERCIAL_AUTHKEY=a-long-authkey\nLECOMMERCIAL_APPKEY=a-long-appkey\n"
THEIRS = "https://api.example.test/api"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://api.example.test/api", "https://api.example.test/api"),
        ("HTTPS://API.Example.test:443/api//", "https://api.example.test/api"),
        ("https://api.example.test./api/", "https://api.example.test/api"),
        ("http://LOCALHOST:80/", "http://localhost"),
        (" http://127.0.0.1:8765/api ", "http://127.0.0.1:8765/api"),
        ("http://api.example.test:443/Api", "http://api.example.test:443/Api"),
        ("https://[::1]:443/api", "https://[::1]/api"),
        ("https://Me:Pass@Example.test/", "https://Me:Pass@example.test"),
        ("https://example.test:port/api/", "https://example.test:port/api"),
        ("nothing", "nothing"),
    ],
)
def test_an_address_has_one_writing(tmp_path: Path, own: dict[str, str], written: str, address: str) -> None:
    """What was sent to a server counts however its address is written; paths and names are as they are."""
    settings = load_settings(folder=tmp_path, environment={**own, "LECOMMERCIAL_BASE_URL": written})
    assert settings.base_url == canonical(address) == address


def code(error: pytest.ExceptionInfo[SettingsError]) -> str:
    return error.value.problems[0].code


@pytest.fixture
def own(tmp_path: Path) -> dict[str, str]:
    """The environment of a user with a home of their own."""
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "LOCALAPPDATA": str(tmp_path / "state")}


def test_an_address_that_only_a_folder_names_gets_no_key(tmp_path: Path, own: dict[str, str]) -> None:
    """Nobody is there to ask: it is refused, whoever's keys they are, and named."""
    (tmp_path / ".env").write_text(f"{KEYS}LECOMMERCIAL_BASE_URL={THEIRS}\nXDG_STATE_HOME=/elsewhere\n", "utf-8")
    settings = load_settings(folder=tmp_path, environment=own)
    for wanted in (settings.sender, settings.account, settings.of_lane):
        with pytest.raises(SettingsError) as caught:
            wanted("default")
        assert code(caught) == "unconfirmed_address"
        assert THEIRS in str(caught.value)


def test_it_is_asked_about_once_and_remembered_for_this_user(tmp_path: Path, own: dict[str, str]) -> None:
    """A no is asked again; a yes holds in every folder, in a file that is the user's alone."""
    (tmp_path / ".env").write_text(f"{KEYS}LECOMMERCIAL_BASE_URL={THEIRS}\n", "utf-8")
    asked: list[str] = []
    answers = iter([False, True])

    def answer(address: str) -> bool:
        asked.append(address)
        return next(answers)

    with pytest.raises(SettingsError):
        load_settings(folder=tmp_path, environment=own, confirm=answer).sender("default")
    load_settings(folder=tmp_path, environment=own, confirm=answer).sender("default")
    load_settings(folder=tmp_path, environment=own).sender("default")
    assert asked == [THEIRS, THEIRS]
    (kept,) = (tmp_path / "state").rglob("addresses")
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (tmp_path / ".env").write_text(f"{KEYS}LECOMMERCIAL_BASE_URL={THEIRS}/other\n", "utf-8")
    with pytest.raises(SettingsError):
        load_settings(folder=tmp_path, environment=own).sender("default")


def test_the_environment_and_this_machine_need_no_question(tmp_path: Path, own: dict[str, str]) -> None:
    """What ran by itself goes on to, and a sandbox is as easy as it was."""
    (tmp_path / ".env").write_text(f"{KEYS}LECOMMERCIAL_BASE_URL=http://127.0.0.1:8765/api\n", "utf-8")
    assert load_settings(folder=tmp_path, environment=own).sender("default").name == "default"
    named = {**own, "LECOMMERCIAL_BASE_URL": THEIRS}
    assert load_settings(folder=tmp_path, environment=named).sender("default").name == "default"
    (tmp_path / ".env").write_text(KEYS, "utf-8")
    assert load_settings(folder=tmp_path, environment=own).sender("default").name == "default"


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.test/api",
        "ftp://x/api",
        "api.example.test",
        "http://[",
        "http://127.0.0.1.example.test",
    ],
)
def test_keys_go_over_https_alone(tmp_path: Path, address: str) -> None:
    """Whoever names the address."""
    (tmp_path / ".env").write_text(KEYS, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=tmp_path, environment={"LECOMMERCIAL_BASE_URL": address}).sender("default")
    assert code(caught) == "insecure_address"


def test_what_is_on_this_machine() -> None:
    """Names and numbers of loopback, and nothing that looks like them."""
    for address in ("http://localhost:1/api", "http://127.0.0.1/api", "http://127.9.9.9", "http://[::1]:8/api"):
        assert is_loopback(address)
        assert is_safe(address)
        assert "sandbox" in shown(address)
    for address in ("https://localhost.example.test", "https://127.0.0.1@example.test", "https://10.0.0.1", ""):
        assert not is_loopback(address)
    assert shown("https://lecommercial.app/api") == "https://lecommercial.app/api"


@pytest.mark.parametrize(
    "variable", ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "LECOMMERCIAL_OPTOUT_KEY", "", "LECOMMERCIAL_"]
)
def test_senders_name_variables_of_ours_alone(tmp_path: Path, variable: str) -> None:
    """A file from elsewhere could have any secret of the environment sent as a key."""
    (tmp_path / "senders.toml").write_text(f'[senders.x]\nappkey_env = "{variable}"\n', "utf-8")
    with pytest.raises(SettingsError):
        load_settings(folder=tmp_path, environment={variable or "X": "secret"})


def test_a_message_that_holds_a_key_is_refused(tmp_path: Path) -> None:
    """Everybody would have it."""
    settings = load_settings(folder=tmp_path, environment={"LECOMMERCIAL_APPKEY": "a-long-appkey"})
    settings.see_that_no_key_is_in(["Bonjour {{ prenom }}", "a-long"], file="c.toml")
    with pytest.raises(SettingsError) as caught:
        settings.see_that_no_key_is_in(["Bonjour", "x a-long-appkey y"], file="c.toml")
    assert code(caught) == "key_in_message"
    assert "a-long-appkey" not in str(caught.value)


@pytest.mark.parametrize("name", ["../.env", "/etc/hostname", "link.txt"])
def test_a_message_comes_from_the_campaigns_folder(tmp_path: Path, name: str) -> None:
    """Not from a file of keys beside it, nor through a link."""
    from lecommercial_batch.planning.campaign.campaign import load_campaign  # noqa: PLC0415 - pydantic is heavy

    folder = tmp_path / "campaigns"
    folder.mkdir()
    (tmp_path / ".env").write_text(KEYS, "utf-8")
    (folder / "link.txt").symlink_to(tmp_path / ".env")
    (folder / "c.toml").write_text(
        f'name = "x"\n[contacts]\nfile = "c.csv"\n[message]\ntext_file = "{name}"\n', "utf-8"
    )
    with pytest.raises(CampaignError) as caught:
        load_campaign(folder / "c.toml")
    assert caught.value.problems[0].code == "file_elsewhere"


def test_keys_of_systemd_and_of_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the environment nor `.env` has one; a folder cannot ask for either."""
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "LECOMMERCIAL_AUTHKEY").write_text("of systemd\n", "utf-8")
    ring = types.ModuleType("keyring")
    ring.get_password = lambda service, name: f"{service} {name}"  # type: ignore[attr-defined]  # a fake of it
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = RuntimeError  # type: ignore[attr-defined]  # as above
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    named = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"), "LECOMMERCIAL_KEYRING": "1"}
    sender = load_settings(folder=tmp_path, environment=named).sender("default")
    assert sender.authkey.reveal() == "of systemd"
    assert sender.appkey.reveal() == "lecommercial-batch LECOMMERCIAL_APPKEY"

    (tmp_path / ".env").write_text("\n".join(f"{name}={text}" for name, text in named.items()), "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=tmp_path, environment={}).sender("default")
    assert code(caught) == "missing_key"


def test_a_keyring_that_is_not_installed_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command to paste is in the advice."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=tmp_path, environment={"LECOMMERCIAL_KEYRING": "1"}).sender("default")
    assert code(caught) == "missing_package"
