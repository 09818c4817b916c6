"""A simulated Telegram: the Bot API over HTTP, and users who act. The sandbox and the tests use it."""
