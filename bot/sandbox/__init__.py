"""A Telegram of our own: the Bot API over HTTP, with people in it; for the sandbox and for all tests."""
