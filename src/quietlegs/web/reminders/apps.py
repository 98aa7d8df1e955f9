"""The reminders app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class RemindersConfig(AppConfig):
    """A few a day, by the ways that the person chose."""

    name = "quietlegs.web.reminders"
    label = "reminders"

    def ready(self) -> None:
        """Let secrets go with what they belong to, however that is deleted."""
        from quietlegs.web.diary.models import Diary
        from quietlegs.web.reminders import keys
        from quietlegs.web.reminders.models import Way

        def forget_way(instance: Way, **_: object) -> None:
            keys.keep_secret(instance, "")

        def forget_all(**_: object) -> None:
            keys.forget_all_secrets()

        post_delete.connect(forget_way, sender=Way, weak=False, dispatch_uid="forget-way")
        post_delete.connect(forget_all, sender=Diary, weak=False, dispatch_uid="forget-all-ways")
