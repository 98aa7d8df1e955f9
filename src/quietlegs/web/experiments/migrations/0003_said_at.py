"""When it was said whether a night was done as planned, so that an older word does not pass over a newer one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the time; let a row say that the night was left open again."""

    dependencies = [("experiments", "0002_two_at_once")]

    operations = [
        migrations.AddField(
            model_name="trialnight",
            name="said_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="trialnight",
            name="done",
            field=models.BooleanField(blank=True, null=True),
        ),
    ]
