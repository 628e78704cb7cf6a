"""What the settings say of a model counts above what its server and the table of prices know."""

from pathlib import Path

import pytest

from claw_core.catalog import ModelCard, cost
from claw_core.choosing import as_said, open_model
from claw_core.command import run_command
from claw_core.config.schema import CardSettings, PriceSettings, Settings, read_table
from claw_core.error import ConfigError, UsageError
from claw_core.event import ModelCalled
from claw_core.message import Usage
from claw_core.prices import Prices
from tests.core.acting import Acting, says

TABLE = {
    "models": {
        "vllm/mine": {
            "window": 65_536,
            "thinking": False,
            "efforts": ["low", "high"],
            "profile": "small",
            "prices": {"input": 1, "output": 2.0, "reasoning": 4.0},
        }
    }
}


async def test_a_card_is_what_the_settings_say(tmp_path: Path) -> None:
    settings = read_table(TABLE, "settings.toml")
    environ = {"HOME": str(tmp_path), "VLLM_BASE_URL": "http://127.0.0.1:9/v1"}
    provider, model, card = await open_model(environ, settings, "vllm/mine")
    await provider.close()
    assert (model, card.window, card.thinking, card.efforts) == ("mine", 65_536, False, ("low", "high"))
    assert card.profile == "small"
    usage = Usage(input=1_000_000, output=1_000_000, reasoning=500_000)
    assert cost(card, usage) == 1.0 + 1.0 + 2.0, "thoughts have a price of their own"


def test_what_is_not_said_stays_as_it_is_known() -> None:
    known = ModelCard(window=8, images=True, prices=Prices(input=((0, 1.0),), output=((0, 2.0),)))
    said = as_said(known, CardSettings(prices=PriceSettings(cached=0.1)))
    assert (said.window, said.images) == (8, True)
    assert said.prices == Prices(input=((0, 1.0),), output=((0, 2.0),), cached=((0, 0.1),))
    assert as_said(ModelCard(), CardSettings(prices=PriceSettings(input=1.0))).prices is None, "half a price is none"


async def test_a_budget_can_be_kept_where_the_settings_say_the_price(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    with pytest.raises(UsageError, match="not known"):
        await open_model(environ, Settings(max_budget=1.0), "openai/mine")
    priced = CardSettings(prices=PriceSettings(input=1.0, output=2.0))
    provider, _, _ = await open_model(environ, Settings(max_budget=1.0, models={"openai/mine": priced}), "openai/mine")
    await provider.close()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"models": {"m": {"windw": 1}}}, "windw"),
        ({"models": {"m": {"window": 0}}}, "between 256"),
        ({"models": {"m": {"prices": {"input": -1}}}}, "between 0"),
        ({"models": {"m": {"profile": "tiny"}}}, "full, small"),
        ({"models": {"m": 4}}, "a table"),
        ({"models": []}, "a table of tables"),
    ],
)
def test_what_does_not_fit_is_said(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_table(table, "settings.toml")


async def test_a_model_that_does_not_think_is_not_asked_to(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello."), says("Hello.")])
    acting.harness.card = ModelCard(efforts=("low", "high"), max_output=300)
    assert "thinks with effort high" in (await run_command(acting.session, "effort", "high")).output
    with pytest.raises(UsageError, match="knows no effort medium"):
        await run_command(acting.session, "effort", "medium")
    await acting.ask()
    acting.harness.card = ModelCard(thinking=False)
    with pytest.raises(UsageError, match="does not think"):
        await run_command(acting.session, "effort", "low")
    await acting.ask()
    with_effort, without = (called.parameters for called in acting.all(ModelCalled))
    assert (with_effort["reasoning_effort"], with_effort["max_tokens"]) == ("high", 300)
    assert "reasoning_effort" not in without
    await acting.session.close()
