"""
A query of Django's that is turned into SQL once a process and then only given its values.

Building and compiling a query costs several times what PostgreSQL needs to answer it. Only for
reads on which crowds stand in line; all others are plain querysets.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

Kind = TypeVar("Kind", bound=models.Model)


class _Compiled(NamedTuple):
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Any], Any]]
    first_column: int
    end_column: int
    field_names: list[str]
    related: list[Any]


class ReadyQuery(Generic[Kind]):
    """
    `build` makes the queryset from one keyword for each of `examples`.

    The examples stand where the values come later: each must be of the values' type and unlike
    anything else in the query. Lists are not possible, and nothing is prefetched or annotated.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Kind]], **examples: Any) -> None:
        self._build = build
        self._examples = examples

    def first(self, **values: Any) -> Kind | None:
        """The first row, with what its queryset selects together with it."""
        return next(self.rows(**values), None)

    def rows(self, **values: Any) -> Iterator[Kind]:
        if values.keys() != self._examples.keys():
            raise TypeError(f"This query takes {', '.join(self._examples)}.")
        _queryset, compiled = self._compiled
        by_example = {id(example): values[name] for name, example in self._examples.items()}
        with connection.cursor() as cursor:
            cursor.execute(
                compiled.sql, [by_example.get(id(each), each) for each in compiled.parameters]
            )
            found = cursor.fetchall()
        for row in found:
            yield self._as_model(list(row), compiled)

    def _as_model(self, row: list[Any], compiled: _Compiled) -> Kind:
        for position, (converters, expression) in compiled.converters.items():
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        kind = self._compiled[0].model
        columns = row[compiled.first_column : compiled.end_column]
        found = kind.from_db(connection.alias, compiled.field_names, columns)
        for related in compiled.related:
            related.populate(row, found)
        return found

    @cached_property
    def _compiled(self) -> tuple[models.QuerySet[Kind], _Compiled]:
        queryset = self._build(**self._examples)
        compiler: Any = queryset.query.get_compiler(using=connection.alias)
        sql, parameters = compiler.as_sql()
        examples = list(self._examples.values())
        # The example itself, not its equal: two values may look alike.
        parameters = tuple(
            next((example for example in examples if example == each), each) for each in parameters
        )
        if not all(any(example is each for each in parameters) for example in examples):
            raise TypeError("A value is not in the query, or not as it was given.")
        populators_of: Any = get_related_populators  # not described by the stubs of our version
        columns = compiler.klass_info["select_fields"]
        first, end = columns[0], columns[-1] + 1
        return queryset, _Compiled(
            sql,
            parameters,
            compiler.get_converters([column[0] for column in compiler.select]),
            first,
            end,
            [column[0].target.attname for column in compiler.select[first:end]],
            populators_of(compiler.klass_info, compiler.select, connection.alias),
        )
