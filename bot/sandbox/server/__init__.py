"""The Bot API over HTTP: responses, long polling, webhooks, and faults that a test orders."""
