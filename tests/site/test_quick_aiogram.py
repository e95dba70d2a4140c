"""aiogram builds its models when they are first used; in a fresh process, since this one has built many."""

import json
import subprocess
import sys

START = """
import json, sys, threading
import booking_site
from aiogram import methods, types
from aiogram.types import TelegramObject
models = [m for m in vars(types).values() if isinstance(m, type) and issubclass(m, TelegramObject)]
"""
USE = """
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hello"}
uses = {
    "update": lambda: types.Update.model_validate({"update_id": 7, "message": MESSAGE}).message.text,
    "answer": lambda: methods.Response[types.Message].model_validate({"ok": True, "result": MESSAGE}).result.text,
    "method": lambda: methods.SendMessage(chat_id=1, text="hello").model_dump(exclude_defaults=True)["text"],
}
together, found = threading.Barrier(8), {name: [] for name in uses}
def run():
    for name, use in uses.items():
        together.wait()
        found[name].append(use())
threads = [threading.Thread(target=run) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(found))
"""


def in_a_fresh_process(program: str) -> object:
    done = subprocess.run(
        [sys.executable, "-c", START + program], check=True, capture_output=True, text=True, timeout=60
    )
    return json.loads(done.stdout)


def test_the_import_builds_nothing_and_leaves_no_name_unknown() -> None:
    """A model whose annotations mean nothing in its own module could be built by nobody, and that would show only
    when an update needs it.
    """
    unknown = """
def meant(model, annotation):
    try: isinstance(annotation, str) and eval(annotation, vars(sys.modules[model.__module__]))
    except NameError as error: return str(error)
print(json.dumps({
    "built": [m.__name__ for m in models if m.__pydantic_complete__],
    "unknown": [
        (model.__name__, wrong) for model in models for name, annotation in model.__annotations__.items()
        if name in model.model_fields and (wrong := meant(model, annotation))
    ],
}))
"""
    assert in_a_fresh_process(unknown) == {"built": [], "unknown": []}


def test_threads_that_first_use_a_model_at_once_all_get_it() -> None:
    assert in_a_fresh_process(USE) == dict.fromkeys(("update", "answer", "method"), ["hello"] * 8)
