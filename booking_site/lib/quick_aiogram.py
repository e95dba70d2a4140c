"""aiogram in a quarter of the time: its models are built when they are first used, not all when it is imported.

aiogram 3.31 marks its 330 types ``defer_build`` and then builds every one of them at the end of its own import: two of
the three seconds of processor time that each process of the bot takes to start. Only some forty are ever used. Here
that last step is left out, and the names that the types' annotations mean, which aiogram imports for type checkers
alone, are put where pydantic looks for them when it builds a model by itself.
"""

import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_LIBRARY = "aiogram"
_TYPES = "aiogram.types"
#: Two threads that use a model for the first time at once must not take it apart under each other's hands.
_building = threading.RLock()


def install() -> None:
    """Do so whenever aiogram is first imported; imports neither it nor pydantic now. A second call changes nothing."""
    if _LIBRARY not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _LIBRARY:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Python's own, with the building put off while it runs."""

    def __init__(self, real: Loader) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        from pydantic import BaseModel  # noqa: PLC0415 - most processes never come here

        build = BaseModel.__dict__["model_rebuild"]

        def put_off(cls: type[BaseModel], /, **options: Any) -> bool | None:
            known: bool | None = None if cls.__module__.startswith(_TYPES) else build.__func__(cls, **options)
            return known

        setattr(BaseModel, "model_rebuild", classmethod(put_off))  # noqa: B010 - for as long as the import takes
        try:
            self._real.exec_module(module)
        finally:
            setattr(BaseModel, "model_rebuild", build)  # noqa: B010
        _complete(build)


def _complete(build: Any) -> None:
    """Let each type be built by itself, one thread at a time."""
    types = sys.modules[_TYPES]
    known = {name: getattr(types, name) for name in types.__all__}
    known |= {"Default": sys.modules["aiogram.client.default"].Default}
    for name, module in list(sys.modules.items()):
        if name.startswith(_TYPES + "."):
            vars(module).update({key: value for key, value in known.items() if key not in vars(module)})

    def build_alone(cls: Any, /, **options: Any) -> bool | None:
        with _building:
            done: bool | None = build.__func__(cls, **options)
        return done

    for base in (types.TelegramObject, sys.modules["aiogram.methods.base"].TelegramMethod):
        base.model_rebuild = classmethod(build_alone)
