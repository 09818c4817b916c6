"""The variable of the terms: its default, and what is read or refused."""

DEFAULTS: dict[str, object] = {"TERMS_VERSION": None}
GOOD: list[tuple[str, str, object]] = [("TERMS_VERSION", "2026-11.b_1", "2026-11.b_1")]
BAD: dict[str, tuple[str, ...]] = {"TERMS_VERSION": ("1 2", "v:1", "é", "x" * 33)}
