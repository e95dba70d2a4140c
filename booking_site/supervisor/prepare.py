"""What has to be there before the first process starts."""

from collections.abc import Callable
from io import StringIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connections, transaction

from booking_site.env import Env
from booking_site.management.commands.compile_texts import compile_texts
from booking_site.supervisor.ports import PortSetting

DEMO_LOGIN = "admin"


class _Lines(StringIO):
    """Passes on what a command writes, line by line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._say(line)
        return len(text)


def ports_of(env: Env, running: set[str]) -> list[PortSetting]:
    """The ports that these processes will listen on."""
    wanted = {
        "web": PortSetting("PORT", env.host, env.port),
        "flower": PortSetting("FLOWER_PORT", env.host, env.flower_port),
        "playground": PortSetting("PLAYGROUND_PORT", env.host, env.playground_port),
        "redis": PortSetting("REDIS_PORT", "127.0.0.1", env.redis_port),
    }
    return [port for name, port in wanted.items() if name in running]


def prepare_database(*, seed: bool, say: Callable[[str], None]) -> str:
    """Compile texts, migrate, and outside production seed an empty database. Returns the login of the admin site."""
    compile_texts()
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    login = ""
    if not settings.ENV.production:
        if seed and "seed_demo" in get_commands():
            call_command("seed_demo", verbosity=0, stdout=_Lines(say))
        login = _demo_login()
    connections.close_all()
    return login


@transaction.atomic
def _demo_login() -> str:
    """Make sure that somebody can sign in to a development run; logins that exist are left alone."""
    users, password = get_user_model().objects, settings.SECRETS["ADMIN_PASSWORD"]
    if not users.filter(is_superuser=True).exists():
        users.create_superuser(DEMO_LOGIN, password=password, role="admin")
    else:
        demo = users.filter(username=DEMO_LOGIN).first()
        if demo is None or not demo.check_password(password):
            return "your own login"
    return f"{DEMO_LOGIN} / {password}"
