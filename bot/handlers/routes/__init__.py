"""Which command or button goes where: a file a feature, and `order.py` with all of them in order."""
