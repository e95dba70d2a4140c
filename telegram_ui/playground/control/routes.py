"""The table of control routes."""

from typing import TYPE_CHECKING

from aiohttp import web

from telegram_ui.playground.control import acting, observing, people, tuning
from telegram_ui.playground.control.http import SERVER, answering
from telegram_ui.playground.guard import guarded

if TYPE_CHECKING:
    from telegram_ui.playground.server import PlaygroundServer

_ROUTES = [
    ("GET", "/state", observing.get_state),
    ("GET", "/events", observing.get_events),
    ("GET", "/users", people.list_users),
    ("POST", "/users", people.add_users),
    ("POST", r"/users/{id:\d+}/block", people.block),
    ("POST", r"/users/{id:\d+}/unblock", people.unblock),
    ("POST", r"/users/{id:\d+}/deactivate", people.deactivate),
    ("POST", r"/users/{id:\d+}/messages", acting.send_message),
    ("PUT", r"/users/{id:\d+}/messages/{message_id:\d+}", acting.edit_message),
    ("POST", r"/users/{id:\d+}/taps", acting.tap),
    ("POST", r"/users/{id:\d+}/keyboard", acting.press_keyboard),
    ("POST", r"/users/{id:\d+}/contact", acting.send_contact),
    ("POST", r"/users/{id:\d+}/location", acting.send_location),
    ("POST", r"/users/{id:\d+}/files", acting.send_file),
    ("POST", "/messages", acting.send_many),
    ("POST", "/groups", people.add_group),
    ("POST", r"/groups/{id:-\d+}/kick", people.kick_bot),
    ("POST", r"/groups/{id:-\d+}/migrate", people.migrate),
    ("GET", r"/chats/{id:-?\d+}", observing.get_chat),
    ("GET", r"/presses/{press_id:\d+}", observing.get_press),
    ("GET", "/files/{path:.+}", observing.get_file),
    ("GET", "/calls", observing.get_calls),
    ("DELETE", "/calls", observing.clear_calls),
    ("GET", "/stats", observing.get_stats),
    ("GET", "/faults", tuning.get_faults),
    ("PUT", "/faults", tuning.put_faults),
    ("PATCH", "/faults", tuning.patch_faults),
    ("DELETE", "/faults", tuning.clear_faults),
    ("POST", "/faults/rules", tuning.add_rule),
    ("POST", "/clock", tuning.advance_clock),
    ("GET", "/updates", tuning.get_updates),
    ("POST", "/updates", tuning.inject_update),
    ("POST", "/updates/repeat", tuning.repeat_update),
    ("POST", "/reset", tuning.reset),
]


def add_control_routes(app: web.Application, server: "PlaygroundServer") -> None:
    app[SERVER] = server
    guard = guarded(server.allowed_hosts)
    for method, path, handler in _ROUTES:
        app.router.add_route(method, f"/_control{path}", guard(answering(handler)))
