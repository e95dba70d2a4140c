"""Where a person is in a conversation of several steps. Redis holds the name of the state and nothing of the screen."""

from aiogram.fsm.state import State, StatesGroup

from telegram_ui.callbacks import Step


class Flow(StatesGroup):
    """Booking or moving a visit: one state a step."""

    location = State()
    category = State()
    service = State()
    more = State()
    windows = State()
    specialist = State()
    portrait = State()
    day = State()
    time = State()
    wait = State()
    comment = State()
    promo = State()
    confirm = State()
    rhythm = State()
    times = State()
    plan = State()
    swap = State()


STATE_OF_STEP: dict[Step, State] = {
    Step.LOCATION: Flow.location,
    Step.CATEGORY: Flow.category,
    Step.SERVICE: Flow.service,
    Step.MORE: Flow.more,
    Step.WINDOWS: Flow.windows,
    Step.SPECIALIST: Flow.specialist,
    Step.PORTRAIT: Flow.portrait,
    Step.DAY: Flow.day,
    Step.TIME: Flow.time,
    Step.WAIT: Flow.wait,
    Step.COMMENT: Flow.comment,
    Step.PROMO: Flow.promo,
    Step.CONFIRM: Flow.confirm,
    Step.RHYTHM: Flow.rhythm,
    Step.TIMES: Flow.times,
    Step.PLAN: Flow.plan,
    Step.SWAP: Flow.swap,
}

STEP_OF_STATE: dict[str | None, Step] = {state.state: step for step, state in STATE_OF_STEP.items()}


class Editing(StatesGroup):
    """The admin's editor: at a list or a card, at a question about a field, making something new, at weekly hours,
    at those that hold for a time, their days, or their end.
    """

    looking = State()
    value = State()
    new = State()
    hours = State()
    seasons = State()
    season_days = State()
    season_end = State()


class Form(StatesGroup):
    """Questions that are answered by typing."""

    name = State()
    phone = State()
    photo = State()
    quiet = State()
    time_off = State()
    find_client = State()
    client_note = State()
    client_tags = State()
    new_client = State()
    cancel_reason = State()
    review_text = State()
    review_reply = State()
    staff_day = State()
    campaign_new = State()
    campaign_ru = State()
    campaign_en = State()
    campaign_button = State()
    campaign_time = State()
    campaign_audience = State()
