from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from pydantic import ValidationError

from bookings.enums import PartOfDay
from telegram_ui import callbacks
from telegram_ui.callbacks import (
    Act,
    AddNightOff,
    AddTimeOff,
    AskCondition,
    AskField,
    AskRate,
    BookingsPage,
    BookSeries,
    CampaignAct,
    CampaignsPage,
    CancelBecause,
    CancelWhy,
    Change,
    ChartOf,
    ClientAct,
    ClientOf,
    ClientVisits,
    Confirm,
    DayAct,
    Drop,
    DropPhoto,
    FiguresOf,
    ForgetMe,
    GoTo,
    HoursOf,
    Idle,
    InviteAct,
    LeaveWaitlist,
    LetterAct,
    LettersPage,
    LineAct,
    LineOf,
    NewAct,
    NewInvite,
    NewRow,
    NightHours,
    NoteAct,
    OfferAct,
    OnBooking,
    OnCampaign,
    OnClient,
    OnDay,
    OnInvite,
    OnLetter,
    OnLine,
    OnlyOnce,
    OnNew,
    OnNote,
    OnOffer,
    OnReview,
    OnRow,
    OnSeason,
    OnSeries,
    OpenSwap,
    Part,
    PeopleOf,
    PickCategory,
    PickDay,
    PickLocation,
    PickNew,
    PickRhythm,
    PickService,
    PickSpecialist,
    PickTime,
    PickTimes,
    Place,
    PlaceDay,
    Rate,
    Reassign,
    RemoveTimeOff,
    Repeat,
    RequeueAll,
    ReviewAct,
    ReviewsPage,
    RowAct,
    RowsOf,
    SeasonAct,
    SeasonsOf,
    SendCampaign,
    SeriesAct,
    SetCondition,
    SetField,
    SetLanguage,
    SetQuiet,
    SetTag,
    SetWish,
    ShowMonth,
    ShowPart,
    ShowPortrait,
    StaffDay,
    StaffMonth,
    Step,
    SwapTo,
    TagsOf,
    TimeOffOf,
    ToggleService,
    ToStep,
    Wait,
    Wish,
)
from telegram_ui.drafts import new_draft_id

ID = 2**63 - 1
VERSION = 2**31 - 1
DRAFT = "z" * 8
DAY = 803168
WORD = "w" * 16

LARGEST: tuple[CallbackData, ...] = (
    *(GoTo(place=place) for place in Place),
    *(ToStep(draft=DRAFT, step=step, back=True) for step in Step),
    PickLocation(draft=DRAFT, location_id=ID),
    PickCategory(draft=DRAFT, category_id=ID),
    PickService(draft=DRAFT, service_id=ID),
    ToggleService(draft=DRAFT, service_id=ID),
    PickSpecialist(draft=DRAFT, specialist_id=ID),
    ShowPortrait(draft=DRAFT, specialist_id=ID),
    ShowMonth(draft=DRAFT, month=219912),
    PickDay(draft=DRAFT, day=DAY),
    *(ShowPart(draft=DRAFT, part=part) for part in Part),
    PickTime(draft=DRAFT, at=7_258_118_400, quick=True),
    Confirm(draft=DRAFT),
    *(Drop(draft=DRAFT, step=step) for step in Step),
    PickRhythm(draft=DRAFT, weeks=52),
    PickTimes(draft=DRAFT, times=52),
    OnlyOnce(draft=DRAFT),
    *(OpenSwap(draft=DRAFT, number=52, day=DAY, part=part) for part in (*Part, None)),
    SwapTo(draft=DRAFT, number=52, at=7_258_118_400),
    SwapTo(draft=DRAFT, number=52),
    BookSeries(draft=DRAFT, skip=True),
    *(OnSeries(series_id=ID, act=act, booking_id=ID) for act in SeriesAct),
    Repeat(booking_id=ID),
    *(OnBooking(booking_id=ID, version=VERSION, change=change) for change in Change),
    *(CancelBecause(booking_id=ID, version=VERSION, reason=reason) for reason in CancelWhy),
    BookingsPage(past=True, page=10_000),
    SetLanguage(language="ru"),
    *(SetWish(wish=wish, on=False) for wish in Wish),
    SetQuiet(since=1439, until=1438),
    ForgetMe(user_id=ID),
    DropPhoto(mark="f" * 12),
    StaffDay(specialist_id=ID, day=DAY, week=True),
    TimeOffOf(specialist_id=ID),
    StaffMonth(specialist_id=ID, month=219912),
    PeopleOf(day=DAY),
    PlaceDay(location_id=ID, day=DAY),
    NightHours(draft=DRAFT),
    ChartOf(specialist_id=ID, month=True, day=DAY, who=True),
    LettersPage(page=10_000),
    *(OnLetter(letter_id=ID, act=act) for act in LetterAct),
    RequeueAll(sure=True),
    LineOf(location_id=ID, page=10_000),
    *(OnLine(entry_id=ID, act=act) for act in LineAct),
    CampaignsPage(page=10_000),
    *(OnCampaign(campaign_id=ID, act=act) for act in CampaignAct),
    SendCampaign(campaign_id=ID, version=VERSION, at=7_258_118_400),
    AskCondition(campaign_id=ID, field="z" * 8),
    SetCondition(campaign_id=ID, field="z" * 8, code="+" + "9" * 19),
    NewInvite(draft=DRAFT, specialist_id=ID),
    *(OnInvite(invite_id=ID, act=act) for act in InviteAct),
    ClientVisits(client_id=ID, page=10_000),
    Reassign(booking_id=ID, version=VERSION, position=99, specialist_id=ID),
    AddTimeOff(specialist_id=ID, day=DAY),
    AddNightOff(specialist_id=ID, first=DAY, last=DAY, since=1439, until=1438),
    RemoveTimeOff(specialist_id=ID, override_id=ID),
    Act(name=WORD, booking_id=ID),
    *(Rate(booking_id=ID, stars=stars) for stars in range(1, 6)),
    AskRate(booking_id=ID),
    *(OnClient(client_id=ID, act=act) for act in ClientAct),
    ClientOf(booking_id=ID),
    *(OnNote(client_id=ID, act=act, booking_id=ID, on_visit=True) for act in NoteAct),
    TagsOf(client_id=ID, booking_id=ID),
    SetTag(client_id=ID, tag_id=ID, has=True, booking_id=ID),
    FiguresOf(specialist_id=ID, month=True, day=DAY),
    *(Wait(draft=DRAFT, part=part) for part in PartOfDay),
    *(OnOffer(entry_id=ID, act=act) for act in OfferAct),
    LeaveWaitlist(entry_id=ID),
    ReviewsPage(page=10_000),
    *(OnReview(review_id=ID, act=act, page=10_000) for act in ReviewAct),
    RowsOf(module="zz", parent="z" * 20, page=10_000),
    *(OnRow(module="zz", row_id=ID, act=act, mark="ffffff") for act in RowAct),
    AskField(module="zz", row_id=ID, field="z" * 8, tongue="ru"),
    SetField(module="zz", row_id=ID, field="z" * 8, code="z" * 20, mark="ffffff"),
    NewRow(module="zz", parent="z" * 20),
    PickNew(draft=DRAFT, field="z" * 8, code="z" * 20),
    *(OnNew(draft=DRAFT, act=act, step=99) for act in NewAct),
    HoursOf(location_id=ID, specialist_id=ID),
    *(OnDay(location_id=ID, specialist_id=ID, weekday=6, act=act, mark="ffffff") for act in DayAct),
    SeasonsOf(location_id=ID, specialist_id=ID, new=True),
    *(OnSeason(location_id=ID, specialist_id=ID, first=DAY, last=DAY, act=act) for act in SeasonAct),
    Idle(hint=WORD),
)


@pytest.mark.parametrize("data", LARGEST, ids=lambda data: data.pack())
def test_largest_data_fits_64_bytes_and_comes_back(data: CallbackData) -> None:
    packed = data.pack()
    assert len(packed.encode()) <= 64
    assert type(data).unpack(packed) == data


def test_every_class_is_measured_and_has_its_own_prefix() -> None:
    defined = {
        value for value in vars(callbacks).values()
        if isinstance(value, type) and issubclass(value, CallbackData) and value is not CallbackData
    }  # fmt: skip
    assert {type(data) for data in LARGEST} == defined
    assert len({each.__prefix__ for each in defined}) == len(defined)


@pytest.mark.parametrize(
    ("kind", "crafted"),
    [
        (PickService, "v:abcdefgh:99999999999999999999"),
        (PickService, "v:abcdefgh:0"),
        (PickService, "v:abcdefgh:-1"),
        (PickService, "v:ABCDEFGH:1"),
        (PickService, "v:short:1"),
        (PickDay, "d:abcdefgh:1"),
        (PickTime, "t:abcdefgh:99999999999999:0"),
        (ShowMonth, "m:abcdefgh:202613"),
        (ShowMonth, "m:abcdefgh:202600"),
        (OnBooking, "b:1:1:explode"),
        (SetLanguage, "a:xx1"),
    ],
)
def test_crafted_data_is_refused_before_any_handler(kind: type[CallbackData], crafted: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        kind.unpack(crafted)


def test_draft_ids_are_of_the_shape_buttons_carry() -> None:
    ids = {new_draft_id() for _number in range(100)}
    assert len(ids) == 100
    for each in ids:
        Confirm(draft=each)


def test_dates_and_instants_come_back_from_numbers() -> None:
    day: Any = PickDay(draft=DRAFT, day=739579)
    assert day.date.isoformat() == "2025-11-24"
    assert ShowMonth(draft=DRAFT, month=202612).first.isoformat() == "2026-12-01"
    assert PickTime(draft=DRAFT, at=0).instant.isoformat() == "1970-01-01T00:00:00+00:00"
