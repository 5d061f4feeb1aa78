"""The environment, read in one place. Only `settings` imports this."""

from environ import FileAwareEnv

env = FileAwareEnv()

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


def flag(name: str, *, default: bool = False) -> bool:
    """
    A yes or no. `env.bool` takes a misspelt word for False; this one refuses it.

    :raises ValueError: if the variable holds any other word.
    """
    word = env.str(name, default="1" if default else "0").strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"{name} must be one of 1/0, true/false, yes/no, on/off, not {word!r}.")
