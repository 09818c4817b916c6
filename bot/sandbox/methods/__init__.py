"""What the Bot API can be asked: a file a feature, and `table.py` with all names."""
