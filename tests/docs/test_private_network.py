"""The page about the private network: all its settings, and the runbook file as it is."""

import re

from settings import PRIVATE_DOWNSTREAMS, PrivateSettings
from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs/private-network.md").read_text()
GROUPS = ("HOSTS_", "DATABASE_", "FILES_", "CALLBACK_")


def test_its_table_has_every_setting() -> None:
    """Those that only a private worker has, with their defaults where the table gives them one by one."""
    rows = re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", PAGE, re.MULTILINE)
    told = {name for names, _ in rows for name in re.findall(r"`([A-Z_]+)`", names)}
    defaults = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`|]*)` \|", PAGE, re.MULTILINE))
    settings = {setting.name: setting.value for setting in PrivateSettings().shown()}
    own = {name for name in settings if name.startswith(GROUPS)}

    assert {*own, *(f"{name.upper()}_URL" for name in PRIVATE_DOWNSTREAMS)} == {*told, "HOSTS_KEY_FILE"}
    assert "DATABASE_URL" in defaults
    assert {} == {
        name: settings[name]
        for name, said in defaults.items()
        if not settings[name].endswith(said) and settings[name] != "***"
    }


def test_the_runbook_it_shows_is_the_one_there_is() -> None:
    """Word for word."""
    (shown,) = [block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "runbooks" in block]

    assert shown in (ROOT / "examples/runbooks.toml").read_text()
