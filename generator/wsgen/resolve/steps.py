"""What runs before a handler, in the order of what needs what.

Guards that need nothing run first, then parameters are read, then each dependency is made when
it is needed, and each guard runs as soon as what it needs is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wsgen.diagnostics import Collector
from wsgen.ir.api import Dependency, Guard, Step, StepKind
from wsgen.source import Span


@dataclass(slots=True)
class Planner:
    """Plans one handler.

    Attributes:
        given: what is there before anything runs.
        missing: parameters that other handlers have and this one has not.
    """

    dependencies: Mapping[str, Dependency]
    guards: Mapping[str, Guard]
    given: Collection[str]
    parameters: Collection[str]
    missing: Collection[str]
    found: Collector
    _steps: list[Step] = field(default_factory=list[Step])
    _begun: set[str] = field(default_factory=set[str])
    _made: list[str] = field(default_factory=list[str])

    def plan(self, wanted: Sequence[str], checks: Sequence[str], *, span: Span) -> tuple[Step, ...]:
        """The steps for a handler that wants these dependencies and passes these guards.

        What is needed and is nowhere has been reported; it is passed over.
        """
        self._check_needs(wanted, checks, span)
        self._made += self.given
        waiting = [self.guards[each] for each in checks]
        waiting = self._run_ready(waiting)
        self._steps.append(Step(StepKind.PARAMETERS))
        self._made += self.parameters
        waiting = self._run_ready(waiting)
        for guard in list(waiting):
            for need in guard.needs:
                waiting = self._provide(need, waiting)
        for name in wanted:
            waiting = self._provide(name, waiting)
        return tuple(self._steps)

    def _run_ready(self, waiting: list[Guard]) -> list[Guard]:
        for guard in waiting:
            if all(need in self._made for need in guard.needs):
                self._steps.append(Step(StepKind.CHECK, guard.name.written))
        done = {step.name for step in self._steps if step.kind is StepKind.CHECK}
        return [guard for guard in waiting if guard.name.written not in done]

    def _provide(self, name: str, waiting: list[Guard]) -> list[Guard]:
        if name in self._begun or name not in self.dependencies:
            return waiting
        self._begun.add(name)
        for need in self.dependencies[name].needs:
            waiting = self._provide(need, waiting)
        self._steps.append(Step(StepKind.PROVIDE, name))
        self._made.append(name)
        return self._run_ready(waiting)

    def _check_needs(self, wanted: Sequence[str], checks: Sequence[str], span: Span) -> None:
        queue = [*wanted, *(need for each in checks for need in self.guards[each].needs)]
        seen: set[str] = set()
        for name in queue:  # grows while it is walked
            if name in seen:
                continue
            seen.add(name)
            if name in self.dependencies:
                queue += self.dependencies[name].needs
            elif name in self.missing:
                needing = self._needing(name, [*wanted, *seen], checks)
                message = f"{needing} needs `{name}`, which this handler has no parameter for"
                help_ = f"add `{name}` to the handler's path, query, header or cookie"
                self.found.report("WSG306", message, span, help=help_)

    def _needing(self, name: str, wanted: Sequence[str], checks: Sequence[str]) -> str:
        for each in checks:
            if name in self.guards[each].needs:
                return f"the guard `{each}`"
        for each in wanted:
            if each in self.dependencies and name in self.dependencies[each].needs:
                return f"the dependency `{each}`"
        return "the handler"
