"""What a migration may do while the former release still serves on the same tables (docs/migrations.md)."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

CONCURRENT: Final = (AddIndexConcurrently, RemoveIndexConcurrently)
RUN: Final = (operations.RunSQL, operations.RunPython)
HARMLESS: Final = (
    operations.CreateModel,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    ValidateConstraint,
    *CONCURRENT,
)
REFUSED: Final[Mapping[type[Operation], str]] = {
    operations.RemoveField: "the former release still reads the column",
    operations.DeleteModel: "the former release still reads the table",
    operations.RenameField: "the former release knows the column by its old name",
    operations.RenameModel: "the former release knows the table by its old name",
    operations.AlterModelTable: "the former release knows the table by its old name",
    operations.AlterUniqueTogether: "it may refuse what the former release writes, and locks the table",
    operations.AlterOrderWithRespectTo: "the former release does not fill the column",
    operations.AddIndex: "it locks the table while it is built; use AddIndexConcurrently in a migration of its own",
    operations.RemoveIndex: "it locks the table; use RemoveIndexConcurrently in a migration of its own",
    operations.AddConstraint: "it may refuse what the former release writes, and locks the table while it is checked",
    operations.RemoveConstraint: "the former release may rely on it",
    operations.SeparateDatabaseAndState: "what it does to the tables cannot be seen here",
}
SQL: Final = re.compile(
    r"(\bDROP\s+(?:TABLE|COLUMN|CONSTRAINT)|\bRENAME|\bSET\s+NOT\s+NULL|\bALTER\s+COLUMN|^\s*TRUNCATE|\bREVOKE"
    r"|\b(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX(?!\s+CONCURRENTLY))\b",
    re.IGNORECASE | re.MULTILINE,
)
SAFE: Final = "# Safe: "


def faults(migration: Migration, before: ProjectState, source: str = "") -> Iterator[str]:
    """Return what the former release, or whoever waits for a lock, would suffer from; a sentence for each."""
    source = source or inspect.getsource(sys.modules[type(migration).__module__])
    comments = comments_above(source)
    new = {each.name.lower() for each in migration.operations if isinstance(each, operations.CreateModel)}
    for place, operation in enumerate(migration.operations):
        comment = comments[place] if place < len(comments) else ""
        if isinstance(operation, RUN) and not comment and not ast.get_docstring(ast.parse(source)):
            yield f"{operation.describe()}: it needs a comment that says why, or a docstring of the migration"
        # What is marked as safe was thought about: the reason stands there.
        if not comment.startswith(SAFE) and table_of(operation) not in new:
            yield from (f"{operation.describe()}: {fault}" for fault in faults_of(operation, migration, before))


def faults_of(operation: Operation, migration: Migration, before: ProjectState) -> Iterator[str]:
    """Return what is wrong with one operation on tables that are there already."""
    match operation:
        case operations.AddField():
            yield from column_faults(operation.field)
        case operations.AlterField():
            former = before.models[migration.app_label, operation.model_name_lower].fields[operation.name]
            if shape(former) != shape(operation.field) and not is_longer(former, operation.field):
                yield "the column is another one for the former release"
        case operations.RunSQL():
            yield from sql_faults(str(operation.sql))
        case operations.RunPython():
            pass
        case _ if isinstance(operation, HARMLESS):
            pass
        case _:
            yield REFUSED.get(type(operation), "nobody has said yet how this is safe")
    if isinstance(operation, CONCURRENT) and (migration.atomic or len(migration.operations) > 1):
        yield "it stands alone in a migration with `atomic = False`"


def column_faults(field: models.Field[Any, Any]) -> Iterator[str]:
    """Return what is wrong with a new column of a table that is there already."""
    if not field.many_to_many and not field.null and not field.has_db_default():
        yield "the former release does not fill the column: it needs `null=True` or a `db_default`"
    if field.unique or is_indexed(field):
        yield "its index locks the table: add the column with `db_index=False`, then the index by itself"


def sql_faults(sql: str) -> Iterator[str]:
    """Return what is wrong with a statement; on tables that it makes itself it may do anything."""
    made = set(re.findall(r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", sql, re.IGNORECASE))
    for statement in sql.split(";"):
        found = SQL.search(statement)
        if found and not made & set(re.findall(r"\w+", statement)):
            yield f"`{found[0].strip()}` is not safe for the former release, or locks the table"


def table_of(operation: Operation) -> str:
    """Return the model that an operation is about, empty for none."""
    name = getattr(operation, "model_name", "")
    return str(name).lower()


def shape(field: models.Field[Any, Any]) -> tuple[Any, ...]:
    """Return what of a field the database knows."""
    return field.db_type(connection), field.null, field.unique, is_indexed(field), field.db_column


def is_indexed(field: models.Field[Any, Any]) -> bool:
    """Tell whether a column has an index of its own."""
    return bool(getattr(field, "db_index", False))


def is_longer(former: models.Field[Any, Any], field: models.Field[Any, Any]) -> bool:
    """Tell whether nothing but the room for a text has grown, which rewrites nothing."""
    same = shape(former)[1:] == shape(field)[1:] and type(former) is type(field)
    return same and None not in (former.max_length, field.max_length) and former.max_length < field.max_length  # type: ignore[operator]  # neither is None


def comments_above(source: str) -> list[str]:
    """Return the line above each operation, where that is a comment."""
    lines = source.splitlines()
    above = [lines[node.lineno - 2].strip() for node in listed(ast.parse(source))]
    return [line if line.startswith("#") else "" for line in above]


def listed(tree: ast.Module) -> list[ast.expr]:
    """Return the operations of a migration as they stand in its source."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="operations")], value=ast.List(elts=found)):
                return found
    return []
