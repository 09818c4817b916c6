"""Types of the Bot API: objects as JSON, and errors."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An error response: HTTP status, description and parameters.

    `retry_after` is the seconds to wait after a flood, `migrate_to_chat_id` the supergroup that replaces a group.
    """

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def copy(self) -> "ApiError":
        """Return a copy to raise again without the earlier traceback."""
        details = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        return ApiError(self.code, self.description, **details)

    def to_json(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        details = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        if parameters := {name: value for name, value in details.items() if value is not None}:
            answer["parameters"] = parameters
        return answer


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def flood(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
