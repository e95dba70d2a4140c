"""What the demo business offers, where and when: plain data, in Russian and English."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

Both = tuple[str, str]
Interval = tuple[time, time]

COMPANY_NAME: Both = ("Студия «Лаванда»", "Lavender Studio")
COMPANY_ABOUT: Both = (
    "Красота и здоровье в двух городах: стрижки, маникюр, массаж, йога.",
    "Beauty and wellness in two cities: hair, nails, massage, yoga.",
)
COMPANY_PHONE = "+74951200430"
CURRENCY = "RUB"

EVERY_DAY = range(7)
MON, TUE, WED, THU, FRI, SAT, SUN = EVERY_DAY


@dataclass(frozen=True)
class DemoLocation:
    key: str
    name: Both
    address: Both
    timezone: str
    latitude: Decimal
    longitude: Decimal
    phone: str
    rooms: tuple[Both, ...]
    hours: dict[int, Interval]


@dataclass(frozen=True)
class DemoService:
    key: str
    name: Both
    description: Both
    minutes: int
    price: int
    before: int = 0
    after: int = 0
    capacity: int = 1
    needs_room: bool = False


@dataclass(frozen=True)
class DemoSpecialist:
    """``offers``: service key → own price, ``None`` for the usual one."""

    location: str
    name: Both
    bio: Both
    offers: dict[str, int | None]
    days: tuple[int, ...]
    intervals: tuple[Interval, ...]
    own_minutes: dict[str, int] = field(default_factory=dict)


LOCATIONS = (
    DemoLocation(
        "moscow",
        ("Лаванда на Покровке", "Lavender on Pokrovka"),
        ("Москва, ул. Покровка, 17", "17 Pokrovka St, Moscow"),
        "Europe/Moscow",
        Decimal("55.759300"),
        Decimal("37.646900"),
        "+74951200431",
        (("Кабинет «Шалфей»", "Sage room"), ("Кабинет «Мята»", "Mint room")),
        {day: (time(9), time(21)) for day in EVERY_DAY} | {SUN: (time(10), time(20))},
    ),
    DemoLocation(
        "yekaterinburg",
        ("Лаванда на Вайнера", "Lavender on Vaynera"),
        ("Екатеринбург, ул. Вайнера, 12", "12 Vaynera St, Yekaterinburg"),
        "Asia/Yekaterinburg",
        Decimal("56.833600"),
        Decimal("60.594700"),
        "+73433400120",
        (("Кабинет «Тимьян»", "Thyme room"),),
        {day: (time(10), time(21)) for day in (MON, TUE, WED, THU, FRI, SAT)},
    ),
)

CATEGORIES: tuple[tuple[Both, tuple[DemoService, ...]], ...] = (
    (
        ("Волосы", "Hair"),
        (
            DemoService(
                "haircut_women", ("Женская стрижка", "Women's haircut"),
                ("Консультация, мытьё, стрижка и лёгкая укладка.", "Consultation, wash, cut and a light blow-dry."),
                60, 2800, after=10,
            ),
            DemoService(
                "haircut_men", ("Мужская стрижка", "Men's haircut"),
                ("Машинка и ножницы, мытьё, укладка.", "Clippers and scissors, wash, styling."),
                45, 1900, after=5,
            ),
            DemoService(
                "colouring", ("Окрашивание в один тон", "Single-tone colouring"),
                ("Бережный краситель, уход после окрашивания.", "Gentle dye and aftercare."),
                120, 6500, before=5, after=15,
            ),
            DemoService(
                "styling", ("Укладка", "Blow-dry and styling"),
                ("На каждый день или к событию.", "For every day or an occasion."),
                40, 2200, after=5,
            ),
        ),
    ),
    (
        ("Ногти", "Nails"),
        (
            DemoService(
                "manicure", ("Маникюр с покрытием", "Manicure with gel polish"),
                ("Комбинированный маникюр, выравнивание, гель-лак.", "Combined manicure, levelling, gel polish."),
                90, 2900, after=10,
            ),
            DemoService(
                "pedicure", ("Педикюр", "Pedicure"),
                ("Обработка стоп и пальцев, покрытие.", "Feet and toes, with polish."),
                75, 3300, before=5, after=15,
            ),
            DemoService(
                "nail_care", ("Снятие покрытия и уход", "Polish removal and care"),
                ("Снятие гель-лака, форма, масло для кутикулы.", "Removal of gel polish, shape, cuticle oil."),
                30, 1200, after=5,
            ),
        ),
    ),
    (
        ("Массаж и уход", "Massage and care"),
        (
            DemoService(
                "back_massage", ("Массаж спины", "Back massage"),
                ("Классический массаж спины и шеи.", "Classic massage of back and neck."),
                50, 3500, before=5, after=15, needs_room=True,
            ),
            DemoService(
                "body_massage", ("Расслабляющий массаж тела", "Relaxing body massage"),
                ("Всё тело, с тёплым маслом.", "Whole body, with warm oil."),
                80, 5200, before=5, after=20, needs_room=True,
            ),
            DemoService(
                "facial", ("Уход за лицом", "Facial"),
                ("Очищение, маска и массаж лица.", "Cleansing, mask and face massage."),
                60, 4200, before=5, after=10, needs_room=True,
            ),
        ),
    ),
    (
        ("Йога и пилатес", "Yoga and Pilates"),
        (
            DemoService(
                "yoga", ("Хатха-йога, группа", "Hatha yoga, group"),
                ("До восьми человек, коврики есть.", "Up to eight people, mats provided."),
                60, 900, after=15, capacity=8,
            ),
            DemoService(
                "pilates", ("Пилатес, группа", "Pilates, group"),
                ("До шести человек, для любого уровня.", "Up to six people, any level."),
                55, 1100, after=15, capacity=6,
            ),
        ),
    ),
)  # fmt: skip

_LUNCH_AT_TWO = ((time(10), time(14)), (time(15), time(20)))

SPECIALISTS = (
    DemoSpecialist(
        "moscow",
        ("Мария Орлова", "Maria Orlova"),
        ("Парикмахер-колорист, 12 лет опыта.", "Hair stylist and colourist, 12 years of experience."),
        {"haircut_women": 3200, "haircut_men": 2200, "colouring": None, "styling": None},
        tuple(EVERY_DAY),
        _LUNCH_AT_TWO,
    ),
    DemoSpecialist(
        "moscow",
        ("Тимур Алиев", "Timur Aliev"),
        ("Барбер; женские короткие стрижки.", "Barber; short haircuts for women, too."),
        {"haircut_men": None, "haircut_women": None, "styling": None},
        (WED, THU, FRI, SAT, SUN),
        ((time(11), time(15)), (time(16), time(21))),
        {"haircut_men": 40},
    ),
    DemoSpecialist(
        "moscow",
        ("Екатерина Белова", "Ekaterina Belova"),
        ("Мастер маникюра и педикюра.", "Nail artist."),
        {"manicure": None, "pedicure": None, "nail_care": None},
        (MON, TUE, THU, FRI, SAT, SUN),
        _LUNCH_AT_TWO,
    ),
    DemoSpecialist(
        "moscow",
        ("Ирина Лебедева", "Irina Lebedeva"),
        ("Массажист и преподаватель йоги.", "Massage therapist and yoga teacher."),
        {"back_massage": None, "body_massage": 5600, "facial": None, "yoga": None, "pilates": None},
        (MON, TUE, WED, FRI, SAT, SUN),
        ((time(9), time(13)), (time(14), time(19))),
    ),
    DemoSpecialist(
        "yekaterinburg",
        ("Алина Гареева", "Alina Gareeva"),
        ("Стрижки и маникюр.", "Haircuts and manicure."),
        {"haircut_women": 2300, "haircut_men": 1500, "styling": 1800, "manicure": 2300, "nail_care": 900},
        (MON, TUE, WED, THU, FRI),
        ((time(10), time(13)), (time(14), time(19))),
        {"manicure": 100},
    ),
    DemoSpecialist(
        "yekaterinburg",
        ("Ольга Ким", "Olga Kim"),
        ("Массаж, уход за лицом, пилатес.", "Massage, facials, Pilates."),
        {"back_massage": 2900, "facial": 3400, "yoga": 700, "pilates": 800},
        (MON, TUE, WED, THU, FRI, SAT),
        ((time(11), time(15)), (time(16), time(21))),
    ),
)

#: Clients without Telegram: name and phone.
WALK_INS: tuple[tuple[str, str, str], ...] = (
    ("Наталья", "Кузнецова", "+79161230101"),
    ("Ольга", "Морозова", "+79161230102"),
    ("Елена", "Волкова", "+79161230103"),
    ("Сергей", "Никитин", "+79161230104"),
    ("Павел", "Зайцев", "+79161230105"),
    ("Юлия", "Павлова", "+79161230106"),
    ("Виктория", "Егорова", "+79161230107"),
    ("Марина", "Тихонова", "+79161230108"),
    ("Артём", "Громов", "+79161230109"),
    ("Emma", "Wilson", "+447700900110"),
    ("Ксения", "Фомина", "+79161230111"),
    ("Роман", "Данилов", "+79161230112"),
    ("Светлана", "Баранова", "+79221230113"),
    ("Гульнара", "Ахметова", "+79221230114"),
    ("Илья", "Мельников", "+79221230115"),
    ("Дарья", "Широкова", "+79221230116"),
    ("Татьяна", "Ершова", "+79221230117"),
    ("Денис", "Субботин", "+79221230118"),
)
