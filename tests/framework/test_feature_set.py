"""Features are joined once, in order, and two of them can't claim the same name."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import Field, SecretStr
from telegram import Update

from bot.config.settings import Settings
from bot.db.base import Base
from bot.db.tables.active_weeks import ActiveWeek
from bot.db.unit_of_work import Work
from bot.errors import ChartError, ConfigurationError, FatalError
from bot.framework.command_menu import menus
from bot.framework.context import Context
from bot.framework.feature import Feature, feature_in
from bot.framework.feature_set import FeatureSet
from bot.framework.registry import Command, Scope
from bot.framework.route import button, command
from bot.framework.screen import CallbackData
from bot.framework.settings import FeatureSettings, JoinedSettings
from bot.framework.subcommand import Subcommand, SubcommandDeps
from tests.support.joined import JOINED, ROUTES

TABLE: type[Base] = ActiveWeek


class Limits(FeatureSettings):
    most_ideas: int = Field(3, ge=1, description="a whole number from 1")


class OtherLimits(FeatureSettings):
    most_ideas: int = Field(5, description="a whole number")


class OfTheCore(FeatureSettings):
    retention_days: int = Field(7, description="a whole number")


class NamedLikeAProperty(FeatureSettings):
    token: str = Field("", description="a text")


class Undescribed(FeatureSettings):
    opens: date | None = None


class Written(FeatureSettings):
    opens: date | None = Field(None, description="a date")
    key: SecretStr | None = Field(None, description="a key")
    folder: Path | None = Field(None, description="a folder")
    tags: list[str] = Field([], description="a list")


async def handler(_: Update, __: Context) -> None: ...
async def pressed(_: Context) -> None: ...
async def prune(_: Work, __: int, ___: object, ____: int) -> int:
    return 0


async def say(_: SubcommandDeps, __: object) -> str:
    return ""


CLAIMED_TWICE = [
    (Feature("a", routes=(command("idea", handler),)), Feature("b", routes=(command("idea", handler),)), "/idea"),
    (
        Feature("a", routes=(button(CallbackData("idea"), pressed),)),
        Feature("b", admin_routes=(button(CallbackData("idea"), pressed, "x"),)),
        "buttons that begin with idea",
    ),
    (Feature("a", tables={TABLE: None}), Feature("b", tables={TABLE: None}), "the table active_weeks"),
    (Feature("a", pruning={"ideas": prune}), Feature("b", pruning={"ideas": prune}), "the pruning ideas"),
    (
        Feature("a", subcommands=(Subcommand("ideas", "", say),)),
        Feature("b", subcommands=(Subcommand("ideas", "", say),)),
        "the subcommand ideas",
    ),
    (Feature("a", settings=Limits), Feature("b", settings=OtherLimits), "the variable MOST_IDEAS"),
    (Feature("a", apology=lambda _, __: ()), Feature("b", apology=lambda _, __: ()), "an apology"),
    (Feature("a"), Feature("a"), "the name a"),
]


@pytest.mark.parametrize(("first", "second", "claimed"), CLAIMED_TWICE, ids=[claimed for *_, claimed in CLAIMED_TWICE])
def test_two_features_that_claim_the_same_are_refused_with_both_names(
    first: Feature, second: Feature, claimed: str
) -> None:
    with pytest.raises(FatalError, match=f"{first.name} and {second.name} both have .*{claimed}"):
        FeatureSet.join((first, second))
    FeatureSet.join((first,))
    FeatureSet.join((second,))


def test_a_subcommand_of_the_core_is_refused() -> None:
    with pytest.raises(FatalError, match="core and b both have the subcommand run"):
        FeatureSet.join((Feature("b", subcommands=(Subcommand("run", "", say),)),))


def test_one_feature_may_use_a_button_in_several_routes() -> None:
    data = CallbackData("idea")
    joined = FeatureSet.join((Feature("a", routes=(button(data, pressed), button(data, pressed, "x"))),))
    assert [route.name for route in joined.routes] == ["button idea", "button idea:x"]


def test_fallbacks_come_after_the_routes_of_all_features() -> None:
    first = Feature("a", routes=(command("a", handler),), fallbacks=(command("z", handler),))
    joined = FeatureSet.join((first, Feature("b", routes=(command("b", handler),))))
    assert [route.key for route in joined.routes] == ["/a", "/b"]
    assert [route.key for route in joined.fallbacks] == ["/z"]


def test_a_folder_without_a_feature_is_named() -> None:
    with pytest.raises(TypeError, match=r"bot\.framework has no FEATURE"):
        feature_in("bot.framework")


def test_guards_let_only_routes_through_that_exist() -> None:
    keys = {route.key for route in ROUTES}
    for guard in JOINED.guards:
        assert set(guard.lets_through) <= keys, guard.name


async def test_without_a_feature_that_draws_charts_none_is_drawn_and_nobody_is_apologised_to() -> None:
    joined = FeatureSet.join(())
    assert list(joined.apology(Update(1), 1)) == []
    with pytest.raises(ChartError):
        await joined.draw_chart({})


def test_a_features_variables_are_read_with_the_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOST_IDEAS", " 7 ")
    config = Settings.load(needs_token=False, of_features=(Limits,))
    settings = JoinedSettings([config.of_feature(Limits)])
    assert settings.of(Limits).most_ideas == 7
    assert config.passed_on()["MOST_IDEAS"] == "7"


def test_one_message_names_wrong_variables_of_the_core_and_of_features(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOST_IDEAS", "none")
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(ConfigurationError) as wrong:
        Settings.load(needs_token=False, of_features=(Limits,))
    assert "PORT is not valid: expected a whole number from 1 to 65535." in str(wrong.value)
    assert "MOST_IDEAS is not valid: expected a whole number from 1." in str(wrong.value)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (OfTheCore, "RETENTION_DAYS of a feature is a variable of the core"),
        (NamedLikeAProperty, "TOKEN of a feature is a variable of the core"),
        (Undescribed, "OPENS of a feature needs a description"),
    ],
)
def test_a_variable_that_a_feature_cant_have_is_refused(settings: type[FeatureSettings], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        Settings.load(needs_token=False, of_features=(settings,))


def test_the_sandboxs_worker_reads_a_features_variables_as_they_are_read_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("OPENS=2026-12-01\nKEY=s3cret\nTAGS=[]\n", encoding="utf-8")
    monkeypatch.setenv("FOLDER", "/x y")
    monkeypatch.setenv("TAGS", '["a", "b"]')
    here = Settings.load(needs_token=False, of_features=(Written,))
    assert here.secrets == ("s3cret",)
    passed_on = here.passed_on()
    Path(".env").unlink()
    for name, value in passed_on.items():
        monkeypatch.setenv(name, value)
    there = Settings.load(needs_token=False, of_features=(Written,))
    assert there.of_feature(Written) == here.of_feature(Written)


def test_settings_of_a_feature_that_isnt_joined_are_its_defaults() -> None:
    assert JoinedSettings().of(Limits) == Limits(most_ideas=3)


def test_a_command_for_groups_is_in_the_menu_of_groups_only() -> None:
    everywhere = Command("help", "start-command-help", rank=1)
    in_groups = Command("id", "start-command-id", rank=2, scope=Scope.GROUPS)
    of_administrators = Command("start", "start-command-start", rank=3, scope=Scope.ADMINISTRATORS)
    by_scope = menus((everywhere, in_groups, of_administrators))
    assert [name for name, _ in by_scope["default"][""]] == ["help"]
    assert [name for name, _ in by_scope["all_group_chats"]["ru"]] == ["help", "id"]
    assert "all_private_chats" not in by_scope  # what was set there by other means stays
