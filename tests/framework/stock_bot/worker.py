"""A worker with the stock bot among its features."""

from bot import cli
from bot.features import FEATURES
from bot.framework.feature import Feature
from tests.framework.stock_bot import ptb

cli.main((*FEATURES, Feature(name="pizza", application_setup=ptb.set_up)))
