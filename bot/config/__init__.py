"""Settings: what the environment, and `.env` beside it, may say."""
