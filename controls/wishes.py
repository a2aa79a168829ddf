"""What a request wishes of one control: when a parent's word is in its way, and what the word becomes once granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controls.models import Request, RequestKind
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.values import Composite, InvalidValue
from family_pairing.problems import Problem


@dataclass(frozen=True)
class ValueWish:
    """A value, or for composite kinds the value of some parts; other parts are not spoken of."""

    control: Control
    value: Any

    @property
    def is_chosen(self) -> bool:
        """Tell whether it needs the teen's own choice as well; where voices are joined a choice only adds."""
        return not self.control.kind.joined

    def is_blocked_by(self, word: Any) -> bool:
        """Tell whether a word keeps the value from being enforced."""
        return not self.control.kind.at_least_as_strict(self.value, self.about(word))

    def about(self, value: Any) -> Any:
        """Return the parts of a value that the wish is about."""
        kind = self.control.kind
        if not isinstance(kind, Composite):
            return value
        return kind.of({part: each for part, each in value.items() if part in self.value})

    def over(self, raw: Any) -> Any:
        """Return a word, as JSON, in which the wish is granted."""
        wished: Any = self.control.kind.dump(self.value)
        if raw is None or not self.is_partial:
            return wished
        return {**legible(self.control, raw), **wished}

    def beside(self, raw: Any) -> Any:
        """Return what is left of a temporary word once the wish is granted for good; None when nothing is."""
        if not self.is_partial:
            return None
        said = legible(self.control, raw)
        return {part: each for part, each in said.items() if part not in self.value} or None

    def basis(self, temporary: Any, standing: Any) -> Any:
        """Return the word that a temporary one is made from; what the standing one says besides stays in force."""
        return temporary if self.is_partial else None

    def covers(self, raw: Any) -> bool:
        """Tell whether nothing of a word is left where the wish is granted."""
        return not self.is_partial or not self.beside(raw)

    @property
    def is_partial(self) -> bool:
        return isinstance(self.control.kind, Composite)


@dataclass(frozen=True)
class RemovalWish:
    """That one item goes from the lists of the parents; the teen's own list is the teen's alone and stays."""

    control: Control
    item: str

    @property
    def is_chosen(self) -> bool:
        """Tell whether it needs the teen's own choice as well: never."""
        return False

    def is_blocked_by(self, word: Any) -> bool:
        """Tell whether a list holds the item; one that holds everything does, though nothing can go from it."""
        return word.all or self.item in word.items

    def over(self, raw: Any) -> Any:
        """Return a list, as JSON, without the item; None for none."""
        if raw is None:
            return None
        said = legible(self.control, raw)
        return said if said["all"] else {**said, "items": [each for each in said["items"] if each != self.item]}

    def beside(self, raw: Any) -> Any:
        """Return what is left of a temporary list once the wish is granted for good."""
        return self.over(raw)

    def basis(self, temporary: Any, standing: Any) -> Any:
        """Return the list that a temporary one is made from: it stands in for the whole standing one."""
        return standing if temporary is None else temporary

    def covers(self, raw: Any) -> bool:
        """Tell whether nothing of a list is left: never."""
        return False


Wish = ValueWish | RemovalWish


def wish_of(request: Request) -> Wish:
    """Return what a stored request wishes.

    Raises Problem `gone` when this release cannot read it.
    """
    try:
        control = CATALOGUE[request.key]
        if request.kind == RequestKind.ACCOUNT:
            return RemovalWish(control, request.subject)
        return ValueWish(control, control.kind.load(request.value))
    except (LookupError, InvalidValue) as error:
        raise Problem("gone", "This request cannot be read any more.") from error


def word_in(control: Control, raw: Any, otherwise: Any) -> Any:
    """Return a stored word as a value; one that cannot be read is the strictest, or what nobody is locked out by."""
    try:
        return control.kind.load(raw)
    except InvalidValue:
        return otherwise if control.availability else control.kind.strictest


def legible(control: Control, raw: Any) -> Any:
    """Return a stored word as JSON in its normal form; in the place of one that cannot be read stands the strictest."""
    return control.kind.dump(word_in(control, raw, control.kind.strictest))


def joined_words(control: Control, temporary: Any, standing: Any) -> Any:
    """Return what one person says now: the temporary word stands in for the standing one, in the parts it names."""
    if temporary is None or standing is None:
        return standing if temporary is None else temporary
    if isinstance(control.kind, Composite) and isinstance(standing, Mapping):
        return control.kind.of({**standing, **temporary})
    return temporary
