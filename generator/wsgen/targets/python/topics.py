"""topics.py: a class for each topic, and one that makes them."""

from __future__ import annotations

from dataclasses import dataclass

from wsgen.ir.api import Api, Topic
from wsgen.ir.types import ScalarType
from wsgen.render.code import Code, identifier, literal
from wsgen.render.imports import another
from wsgen.render.layout import Chain, Group, Node, Pair, assign, lay_out, signature, table
from wsgen.targets.python.docs import described
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import attribute, topic_method
from wsgen.targets.python.types import plain, scalar_name
from wsgen.targets.python.views import ClassView, FunctionView, Statement, TopicsView

_MEMBER = 4
_BODY = 8


def topic_class(topic: Topic) -> str:
    """The class of a topic."""
    return f"{topic.name.pascal}Topic"


@dataclass(frozen=True, slots=True)
class TopicClasses:
    """Writes topics.py."""

    api: Api
    file: File

    def view(self) -> TopicsView:
        """The whole module."""
        return TopicsView(
            topics=tuple(map(self._class, self.api.topics)),
            head=Code(f"class Topics({self.file.runtime('Topics')}):"),
            doc=f"The topics of {self.api.name.written}.",
            methods=tuple(map(self._method, self.api.topics)),
        )

    def _class(self, topic: Topic) -> ClassView:
        messages = tuple(map(self.file.named, topic.messages))
        base = Group(f"{self.file.runtime('Topic')}[", (Chain(messages),), "]", trailing=False)
        return ClassView(
            head=lay_out(Group(f"class {identifier(topic_class(topic))}(", (base,), "):")),
            doc=_doc(topic),
            body=tuple(Statement(code=each) for each in self._facts(topic, messages)),
        )

    def _facts(self, topic: Topic, messages: tuple[Code, ...]) -> list[Code]:
        wire = self.file.of("messages", "WIRE")
        found = [
            assign("api", literal(self.api.name.written)),
            assign("name", literal(topic.name.written)),
        ]
        if topic.params:
            class_var = self.file.imports.name("typing", "ClassVar")
            types = [
                Pair(f"{literal(attribute(each.name))}: ", _class_of(each.type, self.file))
                for each in topic.params
            ]
            found.append(assign("params", table("{", types, "}"), class_var))
        found += [
            assign(codec, Group(f"{wire}.{codec}(", messages, ")"))
            for codec in ("decoder", "encoder")
        ]
        if topic.queue is not None:
            found.append(assign("queue", literal(topic.queue)))
        if topic.on_slow != "drop_oldest":
            found.append(assign("on_slow", literal(topic.on_slow)))
        return found

    def _method(self, topic: Topic) -> FunctionView:
        names = [attribute(each.name) for each in topic.params]
        me = another("self", names)
        arguments: list[Node] = [me, *(("*",) if names else ())]
        made: list[Node] = [f"{me}.hub"]
        for name, each in zip(names, topic.params, strict=True):
            arguments.append(Pair(f"{identifier(name)}: ", plain(each.type, self.file)))
            made.append(f"{identifier(name)}={identifier(name)}")
        name = identifier(topic_class(topic))
        head = f"def {identifier(topic_method(topic.name))}"
        return FunctionView(
            head=signature(head, tuple(arguments), name, indent=_MEMBER),
            doc=_doc(topic),
            result=lay_out(Group(f"{name}(", tuple(made), ")"), indent=_BODY, before="return "),
        )


def _doc(topic: Topic) -> str:
    return str(described(topic.doc, otherwise=f"The topic `{topic.name.written}`."))


def _class_of(type_: object, file: File) -> Code:
    assert isinstance(type_, ScalarType)
    return scalar_name(type_.scalar, file)
