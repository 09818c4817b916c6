"""Telegram's state for one bot: accounts, chats, messages, files and updates, and what users do."""
