"""Which value levels follow, changed in the text of a policy."""

from tierwise.value.customer_value import Use

from .policy_tree import read_places

_VALUE = ("value",)
_USE = ("value", "use")


def follow_in_text(text: str, use: Use) -> str:
    """The text of a sound policy that follows another value; all else stays as written.

    >>> print(follow_in_text("currency: EUR\\nvalue:\\n  use: both  # and more\\n", Use.HISTORIC))
    currency: EUR
    value:
      use: historic  # and more
    <BLANKLINE>
    """
    places = read_places(text)
    if _USE in places:
        start, end = places[_USE]
        return f"{text[:start]}{use}{text[end:]}"
    if _VALUE not in places:
        return f"{text.rstrip()}\n\nvalue:\n  use: {use}\n"
    start, _ = places[_VALUE]
    if text[start] == "{":
        return f"{text[: start + 1]}use: {use}, {text[start + 1 :]}"
    indent = text[text.rindex("\n", 0, start) + 1 : start]
    return f"{text[:start]}use: {use}\n{indent}{text[start:]}"
