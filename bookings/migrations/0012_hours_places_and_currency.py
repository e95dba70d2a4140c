import datetime

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import bookings.models.company


def say_which_end_on_the_next_day(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now, hours that ended before they began did so without saying it."""
    overrides = apps.get_model("bookings", "CalendarOverride").objects
    overrides.filter(ends_at__lte=models.F("starts_at")).exclude(ends_at=datetime.time()).update(
        over_midnight=True
    )


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0011_invite_token"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendaroverride",
            name="over_midnight",
            field=models.BooleanField(default=False, verbose_name="ends on the next day"),
        ),
        migrations.RunPython(say_which_end_on_the_next_day, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="calendaroverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("over_midnight", False), ("starts_at", None)),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        ("over_midnight", False),
                        ("starts_at__isnull", False),
                    ),
                    models.Q(
                        ("ends_at", datetime.time(0, 0)), ("over_midnight", False), ("starts_at__isnull", False)
                    ),
                    models.Q(
                        ("ends_at__lte", models.F("starts_at")),
                        ("over_midnight", True),
                        ("starts_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="override_hours_order",
                violation_error_message="The hours end before they begin; where they end on the next day, say so, and only there.",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="currency",
            field=models.CharField(
                default="EUR",
                help_text="ISO 4217 code",
                max_length=3,
                validators=[bookings.models.company.validate_currency],
                verbose_name="currency",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="latitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                max_digits=9,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-90),
                    django.core.validators.MaxValueValidator(90),
                ],
                verbose_name="latitude",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="longitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                max_digits=9,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-180),
                    django.core.validators.MaxValueValidator(180),
                ],
                verbose_name="longitude",
            ),
        ),
    ]
