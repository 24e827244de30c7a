"""Plugins: the pluggy hook through which every engine comes in, ours included.

A plugin is a module with one hook implementation, named in the entry-point group ``ocr_plugins``::

    @ocr_plugins.hookimpl
    def ocr_plugins_register(registry):
        registry.engine("mine", "my_package.engine:MyEngine")

Entry points are loaded one by one, so that a broken plugin is listed with its error and disables nothing else.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from ocr_plugins.engine import (
    Configured,
    EngineInfo,
    EngineOptions,
    LayoutDetector,
    LineDetector,
    OcrEngine,
    StreamingEngine,
)
from ocr_plugins.errors import MissingDependencyError, OcrError, UnknownEngineError

__all__ = [
    "BrokenPlugin",
    "EngineEntry",
    "Registry",
    "engine_for_workers",
    "get_detector",
    "get_engine",
    "get_layout",
    "hookimpl",
    "layout_detector",
    "list_engines",
    "runtime_options",
    "share_of_cores",
]

log = logging.getLogger(__name__)

GROUP = "ocr_plugins"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)

_Made = TypeVar("_Made", bound=Configured)


class HookSpec:
    """The hooks that a plugin can implement."""

    @hookspec
    def ocr_plugins_register(self, registry: Registry) -> None:
        """Register engines and detectors.

        Called once per process, when the first engine is asked for or listed. It must only register: the targets are
        strings, and their modules are imported when used or listed, so these should import heavy packages inside
        methods. An exception disables this plugin alone and is shown by ``ocr-plugins engines``.
        """


@dataclass(frozen=True, slots=True)
class _Target:
    """A registered name: ``target`` is ``package.module:Class`` or ``package.module:factory``."""

    name: str
    target: str
    plugin: str
    distribution: str

    def load(self) -> Any:
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A plugin that could not be loaded, and why."""

    name: str
    distribution: str
    error: str


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """A line of ``ocr-plugins engines``.

    Attributes:
        name: What ``engine=`` takes.
        distribution: The package it comes from.
        info: What it can do; None when its module cannot be imported.
        missing: Modules that it requires and that are not installed.
        error: Why it is unusable, apart from ``missing``; None when it is fine.
    """

    name: str
    distribution: str
    info: EngineInfo | None = None
    missing: tuple[str, ...] = ()
    error: str | None = None

    @property
    def installed(self) -> bool:
        return not self.missing and self.error is None


@dataclass(slots=True)
class Registry:
    """What the plugins have registered; a hook implementation is given one."""

    engines: dict[str, _Target] = field(default_factory=dict)
    line_detectors: dict[str, _Target] = field(default_factory=dict)
    layout_detectors: dict[str, _Target] = field(default_factory=dict)
    broken: list[BrokenPlugin] = field(default_factory=list)
    _plugin: str = ""
    _distribution: str = ""

    def engine(self, name: str, target: str) -> None:
        """Register an :class:`~ocr_plugins.engine.OcrEngine` under ``name``.

        ``target`` is ``package.module:Class``, or a function there that takes the options and returns the engine and
        has the attribute ``info``.

        Raises:
            ValueError: The name is taken, or the target is not of that form.
        """
        self._add(self.engines, name, target)

    def line_detector(self, name: str, target: str) -> None:
        """Register a :class:`~ocr_plugins.engine.LineDetector` in the same way."""
        self._add(self.line_detectors, name, target)

    def layout_detector(self, name: str, target: str) -> None:
        """Register a :class:`~ocr_plugins.engine.LayoutDetector` in the same way."""
        self._add(self.layout_detectors, name, target)

    def _add(self, kind: dict[str, _Target], name: str, target: str) -> None:
        if name in kind:
            raise ValueError(f"the name {name!r} is taken by {kind[name].distribution}")
        module, _, attribute = target.partition(":")
        if not module or not attribute:
            raise ValueError(f"the target {target!r} is not of the form 'package.module:Class'")
        kind[name] = _Target(name, target, self._plugin, self._distribution)

    def register(self, name: str, distribution: str, load: Callable[[], object]) -> None:
        """Load one plugin and run its hook; what goes wrong is kept in ``broken``, with nothing of it registered."""
        kinds = (self.engines, self.line_detectors, self.layout_detectors)
        before = [dict(kind) for kind in kinds]
        self._plugin, self._distribution = name, distribution
        try:
            manager = pluggy.PluginManager(GROUP)
            manager.add_hookspecs(HookSpec)
            manager.register(load(), name)
            manager.check_pending()
            if not manager.hook.ocr_plugins_register.get_hookimpls():
                raise TypeError("it has no hook: a function ocr_plugins_register marked with @ocr_plugins.hookimpl")
            manager.hook.ocr_plugins_register(registry=self)
        except (Exception, SystemExit) as e:
            for kind, old in zip(kinds, before, strict=True):
                kind.clear()
                kind.update(old)
            self.broken.append(BrokenPlugin(name, distribution, f"{type(e).__name__}: {e}"))


@functools.cache
def registry() -> Registry:
    """The registry of this process, filled from the installed entry points at first use."""
    result = Registry()
    for entry in sorted(entry_points(group=GROUP), key=_ours_first):
        result.register(entry.name, entry.dist.name if entry.dist else "?", entry.load)
    return result


def _ours_first(entry: EntryPoint) -> tuple[bool, str]:
    return not entry.value.startswith("ocr_plugins."), entry.name


def get_engine(name: str, **options: Any) -> OcrEngine:
    """Make the engine registered as ``name``. Its model is loaded at first use, not here.

    Raises:
        UnknownEngineError: No such engine; the message names those that are known, and broken plugins.
        MissingDependencyError: Packages it needs are missing; the message has the ``pip install`` line.
        OptionError: An option is unknown or invalid.
    """
    return _make(OcrEngine, "engine", registry().engines, name, options)  # type: ignore[type-abstract]


def get_detector(name: str, **options: Any) -> LineDetector:
    """Make the line detector registered as ``name``; raises as :func:`get_engine` does."""
    return _make(LineDetector, "line detector", registry().line_detectors, name, options)  # type: ignore[type-abstract]


def get_layout(name: str, **options: Any) -> LayoutDetector:
    """Make the layout detector registered as ``name``; raises as :func:`get_engine` does."""
    return _make(LayoutDetector, "layout detector", registry().layout_detectors, name, options)  # type: ignore[type-abstract]


def engine_for_workers(engine: str, options: Mapping[str, Any], workers: int) -> OcrEngine:
    """The engine of that name for the first of several workers, with its share of the cores if it can be told."""
    return get_engine(engine, **options, **share_of_cores(engine, options, workers))


def share_of_cores(engine: str, options: Mapping[str, Any], workers: int) -> dict[str, Any]:
    """What an engine of that name and these options is to be told besides, so that so many of them share the cores.

    Nothing where ``options`` say it, or it cannot be told. Raises as :func:`get_engine` does, if there are several.
    """
    if workers == 1:
        return {}
    made = get_engine(engine, **options)
    if isinstance(made, StreamingEngine) or "threads" in options or "threads" not in type(made).Options.model_fields:
        return {}
    return {"threads": max(1, (os.cpu_count() or 1) // workers)}


def layout_detector(name: str, beside: EngineOptions | None = None) -> LayoutDetector | None:
    """The layout detector of that name; for ``auto`` the bundled one, None where its runtime is not installed.

    Args:
        name: A registered name, or ``auto``.
        beside: Options of the engine that it works beside: see :func:`runtime_options`.
    """
    try:
        made = get_layout("cdla" if name == "auto" else name)
    except MissingDependencyError:
        if name != "auto":
            raise
        log.info("Layout by geometry alone: the runtime of the layout model is not installed.")
        return None
    options = runtime_options(beside, type(made))
    return type(made)(**options) if options else made


def runtime_options(beside: EngineOptions | None, kind: type[Configured]) -> dict[str, Any]:
    """How an engine runs its models, as options for a model of another ``kind`` that has them: threads, runtime."""
    names = ("runtime", "threads")
    return {n: getattr(beside, n) for n in names if hasattr(beside, n) and n in kind.Options.model_fields}


def list_engines() -> list[EngineEntry]:
    """All registered engines, by name, followed by the plugins that could not be loaded. Loads no model."""
    entries = [_entry(t) for _, t in sorted(registry().engines.items())]
    return entries + [EngineEntry(b.name, b.distribution, error=b.error) for b in registry().broken]


def _entry(target: _Target) -> EngineEntry:
    try:
        info: EngineInfo = target.load().info
    except Exception as e:
        return EngineEntry(target.name, target.distribution, error=f"{type(e).__name__}: {e}")
    return EngineEntry(target.name, target.distribution, info, _missing(info.requires))


def _missing(modules: Iterable[str]) -> tuple[str, ...]:
    return tuple(m for m in modules if importlib.util.find_spec(m) is None)


def _make(base: type[_Made], what: str, known: dict[str, _Target], name: str, options: dict[str, Any]) -> _Made:
    if name not in known:
        broken = "".join(f" The plugin {b.name!r} is broken: {b.error}." for b in registry().broken)
        raise UnknownEngineError(f"There is no {what} {name!r}. Known: {', '.join(sorted(known)) or 'none'}.{broken}")
    target = known[name]
    try:
        factory = target.load()
    except OcrError:
        raise
    except Exception as e:
        raise UnknownEngineError(
            f"The {what} {name!r} of {target.distribution} cannot be imported: {type(e).__name__}: {e}"
        ) from e
    info: EngineInfo = getattr(factory, "info", EngineInfo())
    if missing := _missing(info.requires):
        remedy = info.install or f"pip install {' '.join(missing)}"
        raise MissingDependencyError(f"The {what} {name!r} needs {', '.join(missing)}: {remedy}")
    made: object = factory(**options)
    if not isinstance(made, base):
        raise UnknownEngineError(f"{target.target} of {target.distribution} is no {base.__name__}.")
    return made
