"""The chat page: the demo accounts, their conversations as HTML, and the stream of changes."""
