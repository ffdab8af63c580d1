"""Typed publish and subscribe: what topics are, how messages reach subscribers, and the brokers.

`topic` is what an application sees, `hub` knows who listens to what, `feed` and `messages` are the
two kinds of listeners, and an engine carries messages between processes: `engine` has the one
that carries them nowhere, `redis` and `nats` are imported only where a URL asks for them.
"""
