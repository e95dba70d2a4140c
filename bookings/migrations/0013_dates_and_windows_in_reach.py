import datetime
import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
LONGEST_WINDOW = 525_600


def bring_into_reach(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now any date and any number of minutes said “for ever”; the last one allowed says the same."""
    for model, names in (
        ("CalendarOverride", ("date_from", "date_to")),
        ("WorkingHours", ("valid_from", "valid_to")),
    ):
        for name in names:
            out = models.Q(**{f"{name}__lt": FIRST_DAY}) | models.Q(**{f"{name}__gt": LAST_DAY})
            for row in apps.get_model("bookings", model).objects.filter(out):
                for each in names:
                    day = getattr(row, each)
                    setattr(row, each, day and min(max(day, FIRST_DAY), LAST_DAY))
                row.save(update_fields=names)
    for name in ("min_notice_minutes", "cancel_window_minutes", "reschedule_window_minutes"):
        companies = apps.get_model("bookings", "Company").objects
        companies.filter(**{f"{name}__gt": LONGEST_WINDOW}).update(**{name: LONGEST_WINDOW})


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0012_hours_places_and_currency"),
    ]

    operations = [
        migrations.RunPython(bring_into_reach, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="calendaroverride",
            name="date_from",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                ],
                verbose_name="from date",
            ),
        ),
        migrations.AlterField(
            model_name="calendaroverride",
            name="date_to",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                ],
                verbose_name="to date, inclusive",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="cancel_window_minutes",
            field=models.PositiveIntegerField(
                default=120,
                validators=[django.core.validators.MaxValueValidator(525600)],
                verbose_name="clients may cancel until, minutes before",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="min_notice_minutes",
            field=models.PositiveIntegerField(
                default=60,
                validators=[django.core.validators.MaxValueValidator(525600)],
                verbose_name="minimum notice, minutes",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="reschedule_window_minutes",
            field=models.PositiveIntegerField(
                default=120,
                validators=[django.core.validators.MaxValueValidator(525600)],
                verbose_name="clients may move until, minutes before",
            ),
        ),
        migrations.AlterField(
            model_name="workinghours",
            name="valid_from",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                ],
                verbose_name="valid from",
            ),
        ),
        migrations.AlterField(
            model_name="workinghours",
            name="valid_to",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                ],
                verbose_name="valid to, inclusive",
            ),
        ),
    ]
