"""Fastify, and NestJS on it: what is read, and what is left to its owner with a reason."""

import pytest

from collectors.app.source.block import Code, Part
from collectors.app.source.javascript import read_express, read_fastify
from tests.collectors.app.source.javascript_parts import block, code, values

FASTIFY = "import Fastify from 'fastify'; import cors from '@fastify/cors';\n"


def fastify(text: str) -> tuple[Part, ...]:
    return read_fastify((FASTIFY + text).encode())


def test_nest_on_fastify_is_read_as_fastify() -> None:
    text = (
        "const app = await NestFactory.create<NestFastifyApplication>(M, new FastifyAdapter());\n"
        "app.enableCors({origin: true});"
    )
    assert values(block(read_fastify(text.encode()))) == {"origins": True}
    assert read_express(text.encode()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "const app = Fastify({logger: true}); await app.register(cors, {origin: true});",
        "const app = Fastify().withTypeProvider<P>(); app.register(cors, {origin: true});",
        "const app = Fastify(); app.register(import('@fastify/cors'), {origin: true});",
        "const app = Fastify(); app.register(other).register(cors, {origin: true});",
        "import fp from 'fastify-plugin'; export default fp(async (f) => { f.register(cors, {origin: true}); });",
        "import fp from 'fastify-plugin'; async function p(f: FastifyInstance) { f.register(cors, {origin: true}); } export default fp(p, {name: 'c'});",
        "import fp from 'fastify-plugin'; const p: P = async (f) => { f.register(cors, {origin: true}); }; export default fp(p);",
    ],
)
def test_registrations(text: str) -> None:
    assert values(block(fastify(text))) == {"origins": True}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("export default async (f) => { f.register(cors); };", "which routes f serves"),
        (
            "const app = Fastify(); app.register(async (own) => { own.register(cors); });",
            "which routes own",
        ),
        ("const app = Fastify(); if (dev) app.register(cors);", "a condition decides"),
        (
            "import fp from 'fastify-plugin';\n"
            "fp(async (f) => { f.register(async (own) => { own.register(cors); }); });",
            "which routes own",
        ),
        ("const app = Fastify(); app.register(cors, () => ({}));", "the options of each request"),
        ("const app = Fastify(); app.register(cors, {delegator: f});", "delegator is set"),
        ("const app = Fastify(); app.register(cors, {hook: 'preHandler'});", "hook is set"),
        ("const app = Fastify(); app.register(cors, {strictPreflight: false});", "strictPreflight"),
        (
            "const app = Fastify(); app.register(cors, {origin: undefined});",
            "fails on each request",
        ),
        ("const app = Fastify(); app.register(cors, {credentials: process.env.A});", "credentials"),
        ("", "where it acts is not in this file"),
    ],
)
def test_registrations_that_are_left_to_their_owner(text: str, reason: str) -> None:
    assert reason in code(fastify(text)).reason


def test_two_registrations_are_not_followed() -> None:
    _, second = fastify(
        "const app = Fastify(); app.register(cors); app.register(cors, {origin: true});"
    )
    assert isinstance(second, Code)
