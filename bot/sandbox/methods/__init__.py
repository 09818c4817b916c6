"""The methods of the Bot API: a module for each group, and `table.py` with all names."""
