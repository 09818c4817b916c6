"""The Bot API over HTTP: responses, long polling, webhooks and injected faults."""
