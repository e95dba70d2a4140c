"""Reply markups: shape and limits as the Bot API checks them; what is stored is what Telegram would return."""

from typing import Any

import orjson

from telegram_ui.playground.errors import ApiError, JsonDict, bad_request
from telegram_ui.playground.links import check_link, mentioned_user

CALLBACK_DATA_BYTES = 64
_ROW, _TOTAL = 12, 100

_PASSED = ("web_app", "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat",
           "copy_text", "login_url", "callback_game", "pay")  # fmt: skip
_REQUESTS = ("request_contact", "request_location", "request_users", "request_chat", "request_poll", "web_app")


def parse_markup(value: Any, *, private: bool = True, inline_only: bool = False) -> JsonDict | None:
    """Check a ``reply_markup`` and return it as it will be stored; ``None`` where nothing is left of it.

    Raises:
        ApiError: 400 with the Bot API's reason.
    """
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    markup = _parse(value, private=private)
    if inline_only and markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _parse(value: JsonDict, *, private: bool) -> JsonDict | None:
    if value.get("keyboard") is not None:
        rows = _rows(value["keyboard"], "keyboard", lambda button: _reply_button(button, private=private))
        if rows:
            flags = (
                "is_persistent",
                "resize_keyboard",
                "one_time_keyboard",
                "selective",
                "input_field_placeholder",
            )
            return {"keyboard": rows, **{name: value[name] for name in flags if value.get(name)}}
    if value.get("inline_keyboard") is not None:
        rows = _rows(value["inline_keyboard"], "inline_keyboard", _inline_button)
        if rows:
            return {"inline_keyboard": rows}
    if value.get("remove_keyboard"):
        return {"remove_keyboard": True}
    if value.get("force_reply"):
        placeholder = value.get("input_field_placeholder")
        return {"force_reply": True, **({"input_field_placeholder": placeholder} if placeholder else {})}
    return None


def _rows(value: Any, name: str, parse: Any) -> list[list[JsonDict]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" must be of type Array')
    rows = []
    for row in value:
        if not isinstance(row, list):
            of = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
            raise bad_request(f'field "{name}"{of} must be an Array of Arrays')
        buttons = [button for button in map(parse, row) if button is not None][:_ROW]
        if buttons:
            rows.append(buttons)
    if sum(map(len, rows)) > _TOTAL:
        raise bad_request("reply markup is too long")
    return rows


def _text(button: JsonDict, what: str) -> str:
    text = button.get("text")
    if text is None:
        raise bad_request(f"can't parse {what}: can't find field \"text\"")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {what}: field "text" must be of type String')
    return text.strip()


def _reply_button(button: Any, *, private: bool) -> JsonDict | None:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    text = _text(button, "keyboard button")
    if not text:
        return None
    requests = {name: button[name] for name in _REQUESTS if button.get(name)}
    if requests and not private:
        reasons = {"request_contact": "phone number", "request_location": "location"}
        asked = next((reasons[name] for name in requests if name in reasons), "this button")
        raise bad_request(f"{asked} can be requested in private chats only")
    if "web_app" in requests:
        requests["web_app"] = {"url": _button_url(requests["web_app"].get("url", ""), "Web App URL", https=True)}
    return {"text": text, **({"style": button["style"]} if button.get("style") else {}), **requests}


def _inline_button(button: Any) -> JsonDict | None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = _text(button, "inline keyboard button")
    if not text:
        return None
    stored: JsonDict = {"text": text}
    if button.get("style"):
        stored["style"] = button["style"]
    if button.get("url"):
        stored["url"] = _url(button["url"])
        return stored
    data = button.get("callback_data")
    if data:
        if not isinstance(data, str) or len(data.encode()) > CALLBACK_DATA_BYTES:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        stored["callback_data"] = data
        return stored
    for name in _PASSED:
        if button.get(name) is not None:
            stored[name] = button[name]
            if name in {"web_app", "login_url"}:
                kind = "Web App URL" if name == "web_app" else "login URL"
                address = button[name].get("url", "") if isinstance(button[name], dict) else ""
                stored[name] = {**button[name], "url": _button_url(address, kind, https=True)}
            return stored
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _url(address: str) -> str:
    return address if mentioned_user(address) is not None else _button_url(address, "URL", https=False)


def _button_url(address: str, kind: str, *, https: bool) -> str:
    url, reason = check_link(address, https_only=https)
    if not url:
        # check_link's reasons read on after "URL '…' is invalid: ".
        raise bad_request(f"inline keyboard button {kind} '{address}' is invalid: {reason}")
    return url
