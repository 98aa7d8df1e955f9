"""What a person sets: a reminder, what holds for all, and the ways."""

import re
from datetime import date, time
from urllib.parse import urlsplit

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quietlegs.core import reminders as core
from quietlegs.core.plan.items import PlanItem, Slot
from quietlegs.web.reminders.models import MOST_A_DAY, MOST_HOURS, Reminder, Way, Wishes
from quietlegs.web.reminders.ways import Lock

FIRST_TIMES = {
    Reminder.Kind.CHECK_IN: time(8),
    Reminder.Kind.MISSED: time(18),
    Reminder.Kind.TRIAL: time(19),
}
SLOT_TIMES = {Slot.DAY: time(15), Slot.EVENING: time(20, 30), Slot.BEDTIME: time(21, 30)}
MAY_BE_FOR_BEDTIME = (Reminder.Kind.ITEM, Reminder.Kind.TRIAL)
LONGEST_ADDRESS = 500
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?|\[?[0-9A-Fa-f:]+\]?")


def _text(**attrs: object) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attrs})


def _password() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"})


class _Clock(forms.TimeInput):
    """A time of the clock, in the form that browsers give and take."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input moment"}, format="%H:%M")


class ReminderForm(forms.Form):
    """One reminder of a kind that was chosen before."""

    item = forms.ChoiceField(
        label=gettext_lazy("What"), widget=forms.Select(attrs={"class": "input"}), required=True
    )
    own_words = forms.CharField(
        label=gettext_lazy("What it is for"),
        help_text=gettext_lazy("In your own words. They are shown in the app alone, never in a message."),
        max_length=80,
        widget=_text(),
    )
    at = forms.TimeField(label=gettext_lazy("When"), widget=_Clock())
    hours = forms.FloatField(
        label=gettext_lazy("Hours after the last time"),
        help_text=gettext_lazy(
            "The hours begin when you touch \N{LEFT DOUBLE QUOTATION MARK}Done now\N{RIGHT DOUBLE QUOTATION MARK}. It comes once, then waits for the next time."
        ),
        min_value=0.25,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"class": "input short", "step": "0.25", "inputmode": "decimal"}),
    )
    is_for_bedtime = forms.BooleanField(
        label=gettext_lazy("It is for bedtime: it may come in my quiet hours"), required=False
    )

    def __init__(
        self,
        kind: str,
        *args: object,
        items: list[PlanItem],
        rules: core.Rules,
        item: str = "",
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.rules = kind, rules
        needed = {"hours", "own_words"} if kind == Reminder.Kind.SINCE else {"at"}
        if kind == Reminder.Kind.ITEM:
            needed.add("item")
            self.fields["item"].choices = [(one.id, one.title) for one in items]
        if kind in MAY_BE_FOR_BEDTIME:
            needed.add("is_for_bedtime")
        for name in set(self.fields) - needed:
            del self.fields[name]
        if "at" in self.fields:
            slot = next((one.slot for one in items if one.id == item), Slot.EVENING)
            self.fields["at"].initial = FIRST_TIMES.get(kind) or SLOT_TIMES.get(slot, time(20))
        if "hours" in self.fields:
            self.fields["hours"].initial = 2
        if "item" in self.fields:
            self.fields["item"].initial = item

    def clean(self) -> dict[str, object]:
        """Refuse a time that would stay silent, and say how to mend it."""
        given = super().clean() or {}
        at = given.get("at")
        if at and not given.get("is_for_bedtime") and core.is_quiet(at, self.rules):
            hours = {"from": time_format(self.rules.quiet_from), "until": time_format(self.rules.quiet_until)}
            if "is_for_bedtime" in self.fields:
                text = _(
                    "From %(from)s to %(until)s are your quiet hours. Choose another time, or tick that it is for bedtime."
                )
            else:
                text = _(
                    "From %(from)s to %(until)s are your quiet hours. Choose another time, or change your quiet hours."
                )
            self.add_error("at", text % hours)
        return given


class WishesForm(forms.Form):
    """What holds for all reminders."""

    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), widget=_Clock())
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), widget=_Clock())
    most_a_day = forms.TypedChoiceField(
        label=gettext_lazy("At most, in a day"),
        coerce=int,
        choices=[(count, str(count)) for count in range(1, MOST_A_DAY + 1)],
        widget=forms.Select(attrs={"class": "input short"}),
    )


class PauseForm(forms.Form):
    """A rest from all reminders."""

    why = forms.ChoiceField(choices=Wishes.Why)
    until = forms.DateField(
        label=gettext_lazy("Until, if you know"),
        required=False,
        widget=forms.DateInput(attrs={"class": "input moment", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        """Refuse a day that has begun."""
        until: date | None = self.cleaned_data["until"]
        if until is not None and until <= self.today:
            raise forms.ValidationError(_("Choose a day that is still to come, or leave it empty."))
        return until


# The ways ---------------------------------------------------------------------------------------------------------


def web_address(text: str) -> str:
    """Return a web address that may be posted to.

    Raises:
        ValidationError: saying what is wrong with it.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        is_fine = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or parts.scheme not in ("http", "https") or any(sign.isspace() for sign in text):
        raise forms.ValidationError(_("Give the whole address, as in https://ntfy.example.org/my-topic."))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise forms.ValidationError(_("Give the address alone: no name, password, question mark or # in it."))
    return text.rstrip("/")


def _plain_letters(text: str) -> str:
    if not text.isascii():
        raise forms.ValidationError(
            _("Mail servers take plain letters, numbers and signs alone: no é, ñ or ß. Choose another.")
        )
    return text


class EmailForm(forms.Form):
    """E-mail, by the person's own mail server."""

    address = forms.EmailField(
        label=gettext_lazy("To this address"),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
    )
    host = forms.CharField(
        label=gettext_lazy("Outgoing mail server"),
        help_text=gettext_lazy("Your mail provider names it. It often begins with smtp."),
        max_length=253,
        widget=_text(inputmode="url"),
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        min_value=1,
        max_value=65535,
        initial=587,
        widget=forms.NumberInput(attrs={"class": "input short"}),
    )
    lock = forms.ChoiceField(
        label=gettext_lazy("Encryption"),
        choices=[
            (Lock.STARTTLS.value, gettext_lazy("STARTTLS, usually port 587")),
            (Lock.TLS.value, gettext_lazy("TLS, usually port 465")),
        ],
        widget=forms.Select(attrs={"class": "input"}),
    )
    user = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("Often your e-mail address. Empty where none is needed."),
        required=False,
        max_length=200,
        widget=_text(),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy(
            "Many providers give passwords for single apps: use one. It is kept on this computer alone."
        ),
        required=False,
        max_length=500,
        strip=False,
        widget=_password(),
    )
    sender = forms.EmailField(
        label=gettext_lazy("From this address"),
        help_text=gettext_lazy("Empty: the same address."),
        required=False,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
    )

    def clean_host(self) -> str:
        """Refuse what is no name of a server."""
        host: str = self.cleaned_data["host"]
        if not _HOST.fullmatch(host):
            raise forms.ValidationError(_("Give the name of the server alone, as in smtp.example.org."))
        return host.strip("[]")

    def clean_user(self) -> str:
        """Refuse what cannot be sent to a mail server."""
        return _plain_letters(self.cleaned_data["user"])

    def clean_secret(self) -> str:
        """Refuse what cannot be sent to a mail server."""
        return _plain_letters(self.cleaned_data["secret"])

    def way(self) -> dict[str, object]:
        """Return what is kept of it."""
        given = self.cleaned_data
        details = {name: given[name] for name in ("host", "port", "lock", "user")}
        details["sender"] = given["sender"] or given["address"]
        return {"address": given["address"], "details": details, "secret": given["secret"]}


class NtfyForm(forms.Form):
    """A topic of an ntfy server."""

    address = forms.CharField(
        label=gettext_lazy("Address of your topic"),
        help_text=gettext_lazy(
            "As ntfy shows it: the server, a slash, the topic. Choose a topic that nobody can guess."
        ),
        max_length=LONGEST_ADDRESS,
        widget=_text(inputmode="url", placeholder="https://"),
    )
    secret = forms.CharField(
        label=gettext_lazy("Access token"),
        help_text=gettext_lazy("Only where your server asks for one."),
        required=False,
        max_length=500,
        widget=_password(),
    )

    def clean_address(self) -> str:
        """Refuse an address without a topic."""
        address = web_address(self.cleaned_data["address"])
        if not _TOPIC.fullmatch(urlsplit(address).path.rpartition("/")[2]):
            raise forms.ValidationError(
                _("The topic is missing. It comes after the server: letters, digits, - and _ alone.")
            )
        return address

    def way(self) -> dict[str, object]:
        """Return what is kept of it."""
        return {name: self.cleaned_data[name] for name in ("address", "secret")}


class GotifyForm(forms.Form):
    """An application of a Gotify server."""

    address = forms.CharField(
        label=gettext_lazy("Address of your Gotify server"),
        max_length=LONGEST_ADDRESS,
        widget=_text(inputmode="url", placeholder="https://"),
    )
    secret = forms.CharField(
        label=gettext_lazy("Token of an application"),
        help_text=gettext_lazy("In Gotify: Apps, Create application. The token is shown there."),
        max_length=500,
        widget=_password(),
    )

    def clean_address(self) -> str:
        """Refuse what is no web address."""
        return web_address(self.cleaned_data["address"])

    def way(self) -> dict[str, object]:
        """Return what is kept of it."""
        return {name: self.cleaned_data[name] for name in ("address", "secret")}


class PushForm(forms.Form):
    """What a browser gives when it agrees to get messages."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.RegexField(r"^[-_A-Za-z0-9]{86,88}={0,2}$")
    auth = forms.RegexField(r"^[-_A-Za-z0-9]{22,24}={0,2}$")
    name = forms.CharField(max_length=80, required=False)

    def clean_endpoint(self) -> str:
        """Refuse anything but https: a push service is asked over nothing else."""
        endpoint: str = self.cleaned_data["endpoint"]
        try:
            parts = urlsplit(endpoint)
            is_fine = (
                parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
            )
        except ValueError:
            is_fine = False
        if not is_fine:
            raise forms.ValidationError(_("This browser gave an address that is not secure."))
        return endpoint


WAY_FORMS: dict[str, type[EmailForm] | type[NtfyForm] | type[GotifyForm]] = {
    Way.Kind.EMAIL: EmailForm,
    Way.Kind.NTFY: NtfyForm,
    Way.Kind.GOTIFY: GotifyForm,
}
