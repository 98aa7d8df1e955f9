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
        initial=_("My phone"),
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def clean_code(self) -> str:
        """Accept the code with or without dashes, in small or capital letters."""
        code = secrets.plain_code(self.cleaned_data["code"])
        if len(code) != secrets.CODE_LENGTH:
            raise forms.ValidationError(_("A code has 8 letters and numbers. Look at the computer again."))
        return code
