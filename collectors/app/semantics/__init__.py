"""Every product that an application mapping can name with `like`."""

from collectors.app.semantics.django import DJANGO
from collectors.app.semantics.express import EXPRESS
from collectors.app.semantics.flask import FLASK
from collectors.app.semantics.spring import SPRING, SPRING_MVC
from collectors.app.semantics.starlette import STARLETTE

PRESETS = (DJANGO, EXPRESS, FLASK, SPRING, SPRING_MVC, STARLETTE)
