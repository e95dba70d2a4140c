import django.core.validators
from django.db import migrations, models

import bookings.models.company


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0013_dates_and_windows_in_reach"),
    ]

    operations = [
        migrations.AlterField(
            model_name="company",
            name="slot_step_minutes",
            field=models.PositiveSmallIntegerField(
                default=15,
                help_text="5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 45, 60",
                validators=[
                    django.core.validators.MinValueValidator(5),
                    django.core.validators.MaxValueValidator(60),
                    bookings.models.company.validate_slot_step,
                ],
                verbose_name="slot step, minutes",
            ),
        ),
    ]
