"""Any CSV or Parquet file, read into any canonical table by a mapping file."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from pathlib import Path

from tierwise.facts.columns import Column, Kind
from tierwise.facts.identity import GUEST_BY_EMAIL, GUEST_BY_PHONE, normalise_email, normalise_phone
from tierwise.facts.parsing import Parse, Writing, check, parser_of
from tierwise.facts.problems import Expected, InputError, Problem

from .cells import Cell, CellReader, constant, day_parser
from .headers import Wanted
from .mapping_file import DEFAULTS, DERIVED_DAYS, UNDECIDED, ColumnRule, Mapping, load_mapping
from .reading import Part, Problems, ReadOptions, unusable, writing_of
from .table_files import read_table_rows

_GUESTS = {"email": GUEST_BY_EMAIL, "phone": GUEST_BY_PHONE}
_ALWAYS_NORMALISED = {("customers", "email"): "email", ("customers", "phone"): "phone"}
_NAMES_OF_ROWS = ("_id", "merged_into", "refers_to")


def read_mapped(path: Path, options: ReadOptions) -> Iterator[Part]:
    """The rows of a file as its mapping (`options.mapping`) says."""
    mapping = _loaded(path, options)
    cells = _cells(mapping, path)
    wanted = Wanted(tuple(dict.fromkeys(name for cell in cells for name in cell.reads)))
    reader = CellReader(mapping.table, cells, path.name)
    for part in read_table_rows(path, wanted, mapping.options):
        yield from (part,) if isinstance(part, Problems) else reader.read(part)


def _loaded(path: Path, options: ReadOptions) -> Mapping:
    if options.mapping is None or not options.mapping.is_file():
        expected = Expected("a mapping file", "let a first read write a draft of it")
        raise unusable(path.name, expected, str(options.mapping or "none"))
    return load_mapping(options.mapping.read_text("utf-8"), options.mapping.name, options)


def _cells(mapping: Mapping, path: Path) -> list[Cell]:
    writing = writing_of(mapping.options, mapping.file)
    own = {"source": mapping.options.source or path.stem, "currency": mapping.options.currency}
    rules = {
        name: ColumnRule(0, const=text)
        for name, text in own.items()
        if text is not None and name in mapping.table.names
    } | dict(mapping.rules)
    whole = replace(mapping, rules=rules)
    cells = [cell for column in mapping.table.columns for cell in _cell(column, whole, writing)]
    return _with_refunds(cells) if mapping.negative_totals else cells


def _cell(column: Column, mapping: Mapping, writing: Writing) -> Iterator[Cell]:
    rule = mapping.rules.get(column.name)
    if rule is not None:
        yield _ruled(column, rule, mapping, writing)
        return
    day_from = mapping.rules.get(DERIVED_DAYS.get(column.name, ""))
    if day_from is not None:
        moment = mapping.table.column(DERIVED_DAYS[column.name])
        cell = _ruled(moment, day_from, mapping, writing)
        yield Cell(column.name, cell.reads, day_parser(cell.parse, writing.zone))
        return
    if (mapping.table.name, column.name) in DEFAULTS:
        yield constant(column, DEFAULTS[mapping.table.name, column.name])


def _ruled(column: Column, rule: ColumnRule, mapping: Mapping, writing: Writing) -> Cell:
    parse = _translated(rule, _parser(column, rule, mapping, writing), column)
    beside = _currency_beside(column, mapping)
    if rule.const is None:
        theirs = str(rule.column)
        if beside is None or beside.column is not None:
            reads = (theirs,) if beside is None else (theirs, str(beside.column))
            return Cell(column.name, reads, parse)
        return Cell(column.name, (theirs,), lambda text: parse(text, beside.const))
    extra = () if beside is None else (beside.const or "EUR",)
    return constant(column, _constant_value(column, rule, parse(rule.const, *extra), mapping.file))


def _constant_value(column: Column, rule: ColumnRule, value: object, file: str) -> object:
    if not isinstance(value, Expected):
        return value
    found = f"`{rule.const}`"
    raise InputError((Problem(file, rule.line, column.name, value.what, found, value.next_step),))


def _currency_beside(column: Column, mapping: Mapping) -> ColumnRule | None:
    return mapping.rules["currency"] if column.kind is Kind.MONEY else None


def _parser(column: Column, rule: ColumnRule, mapping: Mapping, writing: Writing) -> Parse:
    reads_as = rule.reads_as or _ALWAYS_NORMALISED.get((mapping.table.name, column.name))
    if reads_as:
        return _address_parser(column, reads_as, mapping.options.phone_prefix)
    parse = parser_of(column, writing)
    if column.kind is Kind.TEXT and column.name.endswith(_NAMES_OF_ROWS) and mapping.id_prefix:
        return _prefixed(parse, mapping.id_prefix)
    return parse


def _prefixed(parse: Parse, prefix: str) -> Parse:
    def named(text: str) -> object:
        value = parse(text)
        return prefix + value if isinstance(value, str) else value

    return named


def _address_parser(column: Column, reads_as: str, phone_prefix: str | None) -> Parse:
    guest = _GUESTS[reads_as] if column.name == "customer_id" else ""

    def parse(text: str) -> object:
        if not text.strip():
            return check(None, column)
        read = normalise_email(text) if reads_as == "email" else normalise_phone(text, phone_prefix)
        if isinstance(read, Expected):
            return replace(read, left_out=not column.nullable)
        return guest + read

    return parse


def _translated(rule: ColumnRule, parse: Parse, column: Column) -> Parse:
    if not rule.values:
        return parse
    known: AnyMapping[str, str] = rule.values
    step = f"add it to `values` of `{column.name}` in the mapping"
    unknown = Expected("one of " + ", ".join(known), step)
    undecided = Expected(_A_WORD_OF_OURS, f"say in `values` of `{column.name}` which it is")

    def translate(text: str, *beside: str) -> object:
        ours = known.get(text.strip())
        if ours is None and column.nullable and not text.strip():
            return None
        if ours == UNDECIDED and not column.choices:
            return undecided
        return unknown if ours is None else parse(ours, *beside)

    return translate


_A_WORD_OF_OURS = "a word whose meaning the mapping says"


def _with_refunds(cells: list[Cell]) -> list[Cell]:
    """Rows with a negative total become refunds of that amount."""
    by_name = {cell.name: cell for cell in cells}
    total, refunded = by_name["total_minor"], by_name["refunded_minor"]
    made = {
        "kind": Cell("kind", total.reads, _kind_by_sign(total.parse)),
        "total_minor": Cell("total_minor", total.reads, _charged(total.parse)),
        "refunded_minor": _given_back(total, refunded),
    }
    return list((by_name | made).values())


def _kind_by_sign(total: Parse) -> Parse:
    def parse(*texts: str) -> object:
        amount = total(*texts)
        return "refund" if isinstance(amount, int) and amount < 0 else "purchase"

    return parse


def _charged(total: Parse) -> Parse:
    def parse(*texts: str) -> object:
        amount = total(*texts)
        return max(amount, 0) if isinstance(amount, int) else amount

    return parse


def _given_back(total: Cell, refunded: Cell) -> Cell:
    """What a negative total gives back, or what the row's own column says was given back."""
    width = len(total.reads)

    def parse(*texts: str) -> object:
        amount = total.parse(*texts[:width])
        if isinstance(amount, int) and amount < 0:
            return -amount
        return refunded.parse(*texts[width:])

    return Cell("refunded_minor", (*total.reads, *refunded.reads), parse)
