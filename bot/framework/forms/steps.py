"""Steps: the questions of a form, and the type that its answers become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from bot.db.text import JsonObject
from bot.framework.forms.readers import Reader
from bot.framework.i18n import Texts
from bot.framework.screen import Screen

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Step:
    """A question. Its answer goes into the field `name`. An `optional` one can be skipped, which answers None."""

    name: str
    ask: Callable[[Texts], Screen]
    read: Reader[object]
    optional: bool = False

    @property
    def kind(self) -> object:
        """The type of its field."""
        return self.read.kind | None if self.optional else self.read.kind


@dataclass(frozen=True)
class Questionnaire(Generic[A]):
    """The steps of a form, and the dataclass whose fields they fill. Answers are stored as JSON, by field.

    Raises TypeError if a step reads another type than its field has.
    """

    answers: type[A]
    steps: Sequence[Step]

    def __post_init__(self) -> None:
        fields = get_type_hints(self.answers)
        for step in self.steps:
            if fields.get(step.name) != step.kind:
                where = f"{self.answers.__name__}.{step.name}"
                raise TypeError(f"{where} is {fields.get(step.name)}, but its step reads {step.kind}")

    @property
    def without_step(self) -> set[str]:
        """The fields that no step asks for."""
        return self._fields.keys() - {step.name for step in self.steps}

    def open_step(self, answers: JsonObject) -> Step | None:
        """The first step without an answer."""
        return next((step for step in self.steps if step.name not in answers), None)

    def answered(self, answers: JsonObject) -> list[str]:
        """The names of the steps that have an answer."""
        return [step.name for step in self.steps if step.name in answers]

    def to_json(self, name: str, answer: object) -> object:
        """A field's value as it is stored."""
        return self._fields[name].dump_python(answer, mode="json")

    def readable(self, stored: JsonObject) -> JsonObject:
        """The answers without those that another version stored and that no longer fit their field."""
        return {name: value for name, value in stored.items() if self._fits(name, value)}

    def filled(self, answers: JsonObject) -> A:
        """The dataclass with these answers. All fields have to be there."""
        return self._whole.validate_python(answers)

    @cached_property
    def _whole(self) -> TypeAdapter[A]:
        return TypeAdapter(self.answers)

    @cached_property
    def _fields(self) -> Mapping[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(kind) for name, kind in get_type_hints(self.answers).items()}

    def _fits(self, name: str, value: object) -> bool:
        try:
            self._fields[name].validate_python(value)
        except (KeyError, ValidationError):
            return False
        return True
