"""Named text fields: the one shape in which every carrier shows what it holds."""

from collections.abc import Mapping

Fields = Mapping[str, tuple[str, ...]]
"""Values by field name. In a reading an absent field has no key; in an edit an empty
tuple removes the field."""

UNKNOWN_ENCODING = "text:unknown-encoding"
"""Read together with the fields: the names of those whose bytes are not in the encoding that
they claim. They are shown as well as can be, and only ASCII can be added to them."""

LEFT_ALONE = "text:left-alone"
"""Read together with the fields: the names of those to which nothing can be added without
harm, for their text cannot be read."""


def edited(fields: Fields, edit: Fields) -> dict[str, tuple[str, ...]]:
    """The fields as they read once `edit` is done."""
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
