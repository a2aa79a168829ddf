"""`make words`: every sentence of the product beside its French, and what is still missing.

English stands in the sources. This reads them as Python and Django do, brings `django.po` up to date (what nobody says
any more goes, what is new comes without a translation), and writes the `django.mo` that the product loads. Both are
kept in the repository, so that a machine that only runs the product needs no tool for them; a test holds them fresh.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template import Context, Engine, engines
from django.template.base import Template, Token
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.text import normalize_newlines
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("family_pairing", "accounts", "controls", "activity", "safety", "ledger")
FOLDER = ROOT / "locale" / "fr" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
# The places of context, sentence and plural among the arguments of each of Django's functions.
FUNCTIONS: Mapping[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
HEADER = """\
# French words of Family Pairing; `docs/glossary.md` says which word stands for which.
# Parents are addressed with vous, teens with tu. Brought up to date by `make words`."""
# What the header says of people and tools instead of words.
SILENT = (b'"Report-', b'"POT-', b'"PO-', b'"Last-', b'"Language-T', b'"Generated')
# Neither file may change with the clock.
THEN = datetime(2026, 11, 23, tzinfo=UTC)


class Sentence(NamedTuple):
    """One sentence of the sources: what tells it from an equal one, itself, and its plural."""

    context: str | None
    text: str
    plural: str | None


def sentences() -> dict[Sentence, list[str]]:
    """Return every sentence that the product can say, with the files that say it."""
    found: dict[Sentence, list[str]] = {}
    for path, said in (*in_python(), *in_templates()):
        files = found.setdefault(said, [])
        if path not in files:
            files.append(path)
    return found


def in_python() -> Iterator[tuple[str, Sentence]]:
    """Yield what modules say, by whatever name they imported Django's functions."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in file.parts:
                tree = ast.parse(file.read_text(encoding="utf-8"))
                yield from ((str(file.relative_to(ROOT)), said) for said in said_by(tree))


def said_by(tree: ast.Module) -> Iterator[Sentence]:
    """Yield the sentences of one module."""
    known = {
        name.asname or name.name: FUNCTIONS[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in FUNCTIONS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            context, text, plural = known[node.func.id]
            yield Sentence(
                None if context is None else constant(node, context),
                constant(node, text),
                None if plural is None else constant(node, plural),
            )


def constant(call: ast.Call, place: int) -> str:
    """Return an argument that is a text.

    Raises ValueError for any other: a sentence that is put together cannot be translated.
    """
    given = call.args[place]
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        raise ValueError(f"line {given.lineno} translates `{ast.unparse(given)}`; expected a text")
    return given.value


def in_templates() -> Iterator[tuple[str, Sentence]]:
    """Yield what templates say."""
    for room in ROOMS:
        for file in sorted(path for path in (ROOT / room).rglob("templates/**/*") if path.is_file()):
            template = Template(file.read_text(encoding="utf-8"), engine=template_engine())
            yield from ((str(file.relative_to(ROOT)), said) for said in said_in(template))


def template_engine() -> Engine:
    """Return what reads the product's templates."""
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]  # Django's own engine has one
    return engine


def said_in(template: Template) -> Iterator[Sentence]:
    """Yield the sentences of one template."""
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        assert isinstance(node, TranslateNode)
        yield Sentence(context_of(node), node.filter_expression.var.literal, None)
    for block in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        assert isinstance(block, BlockTranslateNode)
        plural = block_text(block, block.plural) if block.plural else None
        yield Sentence(context_of(block), block_text(block, block.singular), plural)


def context_of(node: TranslateNode | BlockTranslateNode) -> str | None:
    """Return what tells a sentence of a template from an equal one."""
    return node.message_context.resolve(Context()) if node.message_context else None


def block_text(node: BlockTranslateNode, tokens: list[Token]) -> str:
    """Return the text of a block as Django looks it up."""
    text = normalize_newlines(node.render_token_list(tokens)[0])
    return trim_whitespace(text) if node.trimmed else text


def catalogue() -> Catalog:
    """Return the French catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def updated(kept: Catalog) -> Catalog:
    """Return the catalogue with exactly the sentences of the product, in their order."""
    new = empty()
    for said, files in sentences().items():
        old = kept.get(said.text, said.context)
        ids = said.text if said.plural is None else (said.text, said.plural)
        text = old.string if old is not None and old.id == ids else ""
        new.add(ids, text, [(path, 1) for path in files], context=said.context)
    return new


def empty() -> Catalog:
    """Return a catalogue without sentences."""
    about: dict[str, Any] = {"project": "Family Pairing", "creation_date": THEN, "revision_date": THEN}
    return Catalog("fr", "django", header_comment=HEADER, charset="utf-8", fuzzy=False, **about)


def missing(words: Catalog) -> list[str]:
    """Return the sentences that have no translation."""
    return [
        f"{each.id}" + (f" [{each.context}]" if each.context else "")
        for each in words
        if each.id and not all(each.string if isinstance(each.string, tuple | list) else [each.string])
    ]


def po_bytes(words: Catalog) -> bytes:
    """Return the catalogue as people edit it."""
    file = BytesIO()
    write_po(file, words, width=120, include_lineno=False)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(SILENT))


def mo_bytes(words: Catalog) -> bytes:
    """Return the catalogue as the product loads it."""
    plain = empty()
    for each in words:
        if each.id:
            plain.add(each.id, each.string, context=each.context)
    file = BytesIO()
    write_mo(file, plain)
    return file.getvalue()


def main() -> int:
    """Bring both files up to date and print what is missing; the exit code says whether anything is."""
    django.setup()
    words = updated(catalogue() if PO.exists() else Catalog(locale="fr"))
    PO.write_bytes(po_bytes(words))
    MO.write_bytes(mo_bytes(words))
    lacking = missing(words)
    print(f"{len(words)} sentences, {len(lacking)} without French")
    for text in lacking:
        print(f"  {text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
