"""Frameworks whose own files are read, without running or importing anything."""

from collectors.app.source.block import SourceReader
from collectors.app.source.django import READER as DJANGO
from collectors.app.source.fastapi import READER as FASTAPI
from collectors.app.source.flask_cors import READER as FLASK
from collectors.app.source.javascript import EXPRESS, FASTIFY
from collectors.app.source.php import READER as LARAVEL
from collectors.app.source.ruby import READER as RACK
from collectors.app.source.spring import PROPERTIES as SPRING_PROPERTIES
from collectors.app.source.spring import YAML as SPRING_YAML

READERS: tuple[SourceReader, ...] = (
    DJANGO,
    EXPRESS,
    FASTAPI,
    FASTIFY,
    FLASK,
    LARAVEL,
    RACK,
    SPRING_PROPERTIES,
    SPRING_YAML,
)
"""Every reader; what is not in it does not run."""
