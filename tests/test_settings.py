"""Settings: where they come from, which source wins, and what is said of values that make no sense."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from linkback.core.errors import SettingsError
from linkback.settings import SETTINGS, Settings


def load(tmp_path: Path, toml: str) -> Settings:
    file = tmp_path / "linkback.toml"
    file.write_text(toml)
    return Settings.load(file)


def test_the_table_and_the_fields_are_the_same_settings_with_the_same_defaults() -> None:
    defaults = {field.name: field.default for field in fields(Settings)}
    table = {s.field: tuple(s.default) if isinstance(s.default, list) else s.default for s in SETTINGS}
    assert defaults == table


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_one_line_of_help(setting: object) -> None:
    text = getattr(setting, "help", "")
    assert text
    assert "\n" not in text
    assert len(text) <= 90


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load() == Settings()


def test_a_file_in_the_folder_is_read_without_being_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "linkback.toml").write_text("pingback_wait = 1.5\n")
    monkeypatch.chdir(tmp_path)
    assert Settings.load().pingback_wait == 1.5


def test_a_flag_wins_over_a_variable_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "linkback.toml"
    file.write_text('database = "sqlite:///file.db"\npublic_url = "http://file.example/"\npingback_wait = 1\n')
    variables = {"LINKBACK_DATABASE": "sqlite:///variable.db", "LINKBACK_PUBLIC_URL": "http://variable.example/"}
    settings = Settings.load(file, variables, {"database": "sqlite:///flag.db", "public_url": None})
    assert settings.database == "sqlite:///flag.db"
    assert settings.public_url == "http://variable.example/"
    assert settings.pingback_wait == 1.0


@pytest.mark.parametrize(
    ("toml", "field", "value"),
    [
        ("[limits]\nsender_per_minute = 0", "limits_sender_per_minute", 0),
        ("limits.inline = 5", "limits_inline", 5),
        ('network.allow = ["10.0.0.0/8", "fd00::/8"]', "network_allow", ("10.0.0.0/8", "fd00::/8")),
        ("network.ports = [80]", "network_ports", (80,)),
        ("require_advertised = false", "require_advertised", False),
        ('endpoints = ["https://blog.example/xmlrpc.php"]', "endpoints", ("https://blog.example/xmlrpc.php",)),
    ],
)
def test_a_file_may_say(tmp_path: Path, toml: str, field: str, value: object) -> None:
    assert getattr(load(tmp_path, toml), field) == value


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("LINKBACK_PINGBACK_WAIT", " 0.25 ", "pingback_wait", 0.25),
        ("LINKBACK_REQUIRE_ADVERTISED", "false", "require_advertised", False),
        ("LINKBACK_NETWORK_ALLOW", "10.0.0.0/8, 127.0.0.1", "network_allow", ("10.0.0.0/8", "127.0.0.1")),
        ("LINKBACK_NETWORK_ALLOW", "", "network_allow", ()),
        ("LINKBACK_NETWORK_PORTS", "80,8080", "network_ports", (80, 8080)),
        ("LINKBACK_LIMITS_INLINE", "7", "limits_inline", 7),
    ],
)
def test_a_variable_may_say(tmp_path: Path, variable: str, text: str, field: str, value: object) -> None:
    (tmp_path / "empty.toml").write_text("")
    assert getattr(Settings.load(tmp_path / "empty.toml", {variable: text}), field) == value


def test_variables_that_name_no_setting_are_somebody_elses(tmp_path: Path) -> None:
    # Kubernetes sets LINKBACK_PORT and more for a service of that name.
    (tmp_path / "empty.toml").write_text("")
    assert Settings.load(tmp_path / "empty.toml", {"LINKBACK_PORT": "tcp://10.0.0.1:80"}) == Settings()


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            'pingback_wait = "soon"',
            r"pingback_wait: 'soon' in .*linkback.toml makes no sense; write a number, such as 2",
        ),
        ("pingback_wait = 6", "pingback_wait: 6 s is too long; at most 5."),
        ("pingback_wait = -1", "pingback_wait: -1.0 is out of bounds; 0 switches a limit off."),
        ("pingback_wait = nan", "pingback_wait: nan is out of bounds"),
        ("pingback_wait = inf", "pingback_wait: inf is out of bounds"),
        ("limits.inline = -5", "limits.inline: -5 is out of bounds; 0 switches a limit off."),
        ("limits.inline = 1.5", "limits.inline: 1.5 in .* makes no sense; write a whole number, such as 200."),
        ('require_advertised = "maybe"', "require_advertised: 'maybe' in .*; write true or false, such as true."),
        (
            'network.allow = "10.0.0.0/8"',
            r"network.allow: '10.0.0.0/8' in .*; write a list, such as \[\"10.1.0.0/16\"\].",
        ),
        ('network.allow = ["10.0.0.0/40"]', "network.allow: '10.0.0.0/40' is no network; write one like"),
        ('server.trusted_proxies = ["proxy"]', "server.trusted_proxies: 'proxy' is no network; write one like"),
        ("network.ports = [0]", "network.ports: 0 is no port; there are 1 to 65535."),
        ("network.ports = [65536]", "network.ports: 65536 is no port"),
        ('network.ports = ["http"]', r"network.ports: \['http'\] in .*; write a list, such as \[80,443,8080,8443\]."),
        ('public_url = "links.example"', "public_url: 'links.example': The address is not absolute"),
        ('public_url = "https://links.example/?a=b"', "public_url: .* goes on after its path; end it with a slash."),
        ('endpoints = ["ftp://blog.example/"]', "endpoints: 'ftp://blog.example/': "),
        ("pingback_wate = 2", "pingback_wate: there is no such setting; did you mean pingback_wait?"),
        ("[limits]\nsenders = 2", "limits.senders: there is no such setting"),
        ("[colours]\nred = 1", "colours.red: there is no such setting."),
        ("pingback_wait = ", "linkback.toml: this is not TOML: "),
    ],
)
def test_what_makes_no_sense_is_told_with_name_value_and_what_would_be_right(
    tmp_path: Path, toml: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, toml)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    said = "limits.inline: 'many' in LINKBACK_LIMITS_INLINE makes no sense; write a whole number, such as 200."
    with pytest.raises(SettingsError, match=re.escape(said)):
        Settings.load(tmp_path / "empty.toml", {"LINKBACK_LIMITS_INLINE": "many"})


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.toml: the file cannot be read \(No such file or directory\)"):
        Settings.load(tmp_path / "missing.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "linkback.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"linkback.toml: this is not TOML"):
        Settings.load(tmp_path / "linkback.toml")
