"""What a person types to pair a device."""

from django import forms
from django.utils.translation import gettext_lazy as _

from quietlegs.web.accounts import secrets


class PairForm(forms.Form):
    """The code that the computer shows, and a name for this device."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("The computer that runs Quietlegs shows it. It has 8 letters and numbers."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "class": "input"}
        ),
    )
    name = forms.CharField(
        label=_("Name of this device"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def clean_code(self) -> str:
        """Accept the code with or without dashes, in small or capital letters."""
        code = secrets.plain_code(self.cleaned_data["code"])
        if len(code) != secrets.CODE_LENGTH:
            raise forms.ValidationError(_("A code has 8 letters and numbers. Look at the computer again."))
        return code


SHORTEST_SECRET = 4  # wrong tries cost minutes soon, so that a short PIN is enough
LONGEST_SECRET = 128
IDLE_CHOICES = (
    (1, _("1 minute")),
    (5, _("5 minutes")),
    (15, _("15 minutes")),
    (60, _("1 hour")),
    (480, _("8 hours")),
)


def _secret_field(label: object, autocomplete: str, *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "input"})
    return forms.CharField(
        label=label, max_length=LONGEST_SECRET, strip=False, required=required, widget=widget
    )


class UnlockForm(forms.Form):
    """The PIN or passphrase that opens the app. No other form has a field of this name."""

    lock_pin = _secret_field(_("PIN or passphrase"), "current-password")


class LockForm(forms.Form):
    """A new lock, or a change of the one there is."""

    secret = _secret_field(_("New PIN or passphrase"), "new-password")
    again = _secret_field(_("The same once more"), "new-password")
    idle_minutes = forms.TypedChoiceField(
        label=_("Lock after"),
        choices=IDLE_CHOICES,
        coerce=int,
        initial=15,
        widget=forms.Select(attrs={"class": "input"}),
    )

    def clean_secret(self) -> str:
        """Accept what is not guessed at the first try."""
        secret: str = self.cleaned_data["secret"]
        if len(secret) < SHORTEST_SECRET:
            raise forms.ValidationError(_("Use at least 4 numbers or letters."))
        if len(set(secret)) == 1 or secret in "01234567890" or secret in "09876543210":
            raise forms.ValidationError(_("That is guessed at the first try. Mix the numbers more."))
        return secret

    def clean(self) -> dict[str, object]:
        """Check that both are the same."""
        given = super().clean() or {}
        if given.get("secret") and given.get("again") and given["secret"] != given["again"]:
            self.add_error("again", _("The two are not the same. Type both again."))
        return given
