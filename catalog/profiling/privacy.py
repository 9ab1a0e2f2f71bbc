"""Which columns are never sampled: those that may hold something about a person."""

import re
from collections.abc import Mapping
from typing import Final

from catalog import words
from catalog.model import Column, Table
from catalog.structure.roles import Role
from catalog.structure.types import Family, family

_WORDS: Final = words.vocabulary(
    "email mail phone mobile cell fax address addr street house postcode postal zip plz city town"
    " birth birthday birthdate born dob age ssn iban bic passport licence license tax nin gender"
    " sex name firstname lastname surname maiden nick nickname alias username login user password"
    " pass pwd pin otp secret token hash salt session cookie ip mac device fingerprint card cvv"
    " account insurance salary wage income religion race ethnicity ethnic nationality citizenship"
    " marital disability diagnosis health blood orientation political union party criminal"
    " latitude longitude lat lon lng geo location photo picture avatar signature voice biometric"
    " contact person customer client employee agent rep representative owner author creator editor"
    " assignee reporter reviewer approver manager supervisor driver patient member guest teacher"
    " student buyer seller recipient sender handler clerk by who whom personal private gdpr pii"
)
# As parts of joined-up names: `useremail`, `mothersmaidenname`.
_STEMS: Final = re.compile(
    r"mail|phone|passw|birth|addr|iban|ssn|gender|surname|firstname|lastname|fullname|username"
    r"|salar|token|secret|street|zipcode|postcode|creditcard"
)
_PEOPLE: Final = words.vocabulary(
    "person people customer client user employee staff contact patient member guest visitor student"
    " teacher doctor author applicant candidate subscriber recipient driver citizen resident"
    " passenger account profile participant lead voter child parent family address"
)
_TELLING: Final = frozenset(
    {Role.STATUS, Role.CODE, Role.CURRENCY, Role.FLAG, Role.POLYMORPHIC_TYPE, Role.OTHER}
)
#: In a table of people only what sorts its rows is looked at.
_OF_PEOPLE: Final = frozenset({Role.STATUS, Role.CURRENCY, Role.FLAG, Role.POLYMORPHIC_TYPE})
_COUNTED: Final = frozenset({Role.STATUS, Role.CODE, Role.FLAG})
_SPLIT: Final = re.compile(r"[^\W\d_]+")


def looks_personal(table: Table, column: Column, role: Role) -> bool:
    """Tell whether name, comment, table or role make it possible that a person is behind it."""
    if role in {Role.PERSONAL, Role.AUDIT_USER}:
        return True
    spoken = set(words.split(column.name))
    if spoken & _WORDS or _STEMS.search(column.name.lower().replace("_", "")):
        return True
    commented = {word.lower() for word in _SPLIT.findall(column.comment or "")}
    if commented & _WORDS:
        return True
    return bool(_named(table) & _PEOPLE) and role not in _OF_PEOPLE


def samplable(table: Table, roles: Mapping[str, Role]) -> tuple[Column, ...]:
    """Return the columns whose values may be looked at: codes and the like, of tables only."""
    if table.kind != "table":
        return ()
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    return tuple(
        column
        for column in table.columns
        if column.name not in keys
        and not column.enum  # all that it may hold is known
        and _fits(column, roles.get(column.name, Role.OTHER))
        and not looks_personal(table, column, roles.get(column.name, Role.OTHER))
    )


def withheld(table: Table, roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Return the names of the columns that are left alone because they look personal."""
    return tuple(
        column.name
        for column in table.columns
        if looks_personal(table, column, roles.get(column.name, Role.OTHER))
    )


def _fits(column: Column, role: Role) -> bool:
    if role not in _TELLING:
        return False
    kind = family(column.type)
    return kind is Family.TEXT or (kind is Family.INTEGER and role in _COUNTED)


def _named(table: Table) -> set[str]:
    return {words.singular(word) for word in words.split(table.name)}
