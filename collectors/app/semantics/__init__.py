"""Every product that an application mapping can name with `like`."""

from collectors.app.semantics.django import DJANGO
from collectors.app.semantics.express import EXPRESS
from collectors.app.semantics.fastify import FASTIFY
from collectors.app.semantics.flask import FLASK
from collectors.app.semantics.laravel import LARAVEL
from collectors.app.semantics.rack import RACK
from collectors.app.semantics.spring import SPRING, SPRING_MVC
from collectors.app.semantics.starlette import STARLETTE

PRESETS = (DJANGO, EXPRESS, FASTIFY, FLASK, LARAVEL, RACK, SPRING, SPRING_MVC, STARLETTE)
