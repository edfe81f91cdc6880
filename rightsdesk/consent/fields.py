"""Named text fields: the common form of what every carrier holds."""

from collections.abc import Mapping

Fields = Mapping[str, tuple[str, ...]]
"""Values by field name. In an observation an absent field has no key; in an edit an empty tuple
removes the field."""

UNKNOWN_ENCODING = "text:unknown-encoding"
"""Read together with the fields: names of fields with bytes that are not in their declared
encoding. They are shown as well as possible, and only ASCII can be added to them."""

LEFT_ALONE = "text:left-alone"
"""Read together with the fields: names of fields that cannot be extended safely, because their text
cannot be read."""


def edited(fields: Fields, edit: Fields) -> dict[str, tuple[str, ...]]:
    """The fields after an edit."""
    result = {name: values for name, values in fields.items() if name not in edit}
    result.update({name: values for name, values in edit.items() if values})
    return result


def difference(before: Fields, after: Fields) -> dict[str, tuple[str, ...]]:
    """The smallest edit that leads from `before` to `after`."""
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: tuple(after.get(name, ()))
        for name in names
        if tuple(before.get(name, ())) != tuple(after.get(name, ()))
    }
