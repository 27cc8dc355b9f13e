"""Registries of libraries that keep the first one of a name, and say nothing: what they hold cannot be replaced.

A table of those that are known. Each is asked only if the app has imported its library; others raise by themselves, or
are bindings of the project, which are made again.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .follow import CannotFollow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from .journal import Journal


def check_models(old: Mapping[str, ModuleType]) -> None:
    """Raises CannotFollow for a module of Django models: relations and managers hold on to the classes as they were."""
    registry = getattr(sys.modules.get("django.apps.registry"), "apps", None)
    if registry is None:
        return

    for models in list(registry.all_models.values()):
        for model in list(models.values()):
            if model.__module__ in old:
                raise CannotFollow(f"{model.__module__} has the Django model {model.__name__}, registered once")


def keep_tasks(journal: Journal) -> None:
    """Remember what Celery will do when an app is ready."""
    waiting = getattr(sys.modules.get("celery._state"), "_on_app_finalizers", None)
    if waiting is not None:
        before = set(waiting)
        journal.on_rollback(lambda: waiting.intersection_update(before))


def check_tasks(old: Mapping[str, ModuleType], kept: Mapping[str, ModuleType]) -> None:
    """Raises CannotFollow if a Celery app that is kept goes on calling a function of an old version."""
    celery = getattr(sys.modules.get("celery.app.base"), "Celery", None)
    if celery is None:
        return

    namespaces = {id(vars(module)) for module in old.values()}
    apps = [value for module in kept.values() for value in vars(module).values() if isinstance(value, celery)]
    for app in apps:
        for name, task in list(app.tasks.items()):
            function: Any = getattr(task.run, "__func__", task.run)
            if id(getattr(function, "__globals__", None)) in namespaces:
                raise CannotFollow(f"the Celery task {name} is registered once, and the old function would answer")
