"""Settings from the environment and from `.env`."""
