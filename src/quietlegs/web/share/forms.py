"""What a person chooses for their page and for a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from quietlegs.core.report import SECTIONS
from quietlegs.exchange.report_files import report_wording
from quietlegs.web.share.models import DoctorPage

PERIODS = [
    (28, _("4 weeks")),
    (90, _("90 nights")),
    (182, _("6 months")),
    (365, _("1 year")),
    (1096, _("3 years")),
]
DAYS = [(7, _("1 week")), (30, _("30 days")), (90, _("90 days"))]


class DoctorPageForm(forms.Form):
    """How the page is wanted."""

    nights = forms.TypedChoiceField(
        label=_("Time"), choices=PERIODS, coerce=int, widget=forms.Select(attrs={"class": "input"})
    )
    sections = forms.MultipleChoiceField(
        label=_("What to show"), required=False, widget=forms.CheckboxSelectMultiple
    )
    questions = forms.CharField(
        label=_("What I want to ask"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "aria-describedby": "questions-hint"}),
    )
    name = forms.CharField(
        label=_("Name on the page"),
        required=False,
        max_length=120,
        widget=forms.TextInput(
            attrs={"class": "input", "aria-describedby": "name-hint", "autocomplete": "name"}
        ),
    )
    paper = forms.ChoiceField(
        label=_("Paper"),
        choices=DoctorPage._meta.get_field("paper").choices,
        widget=forms.Select(attrs={"class": "input"}),
    )
    with_appendix = forms.BooleanField(
        label=_("Add every night and all findings on pages of their own"), required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = report_wording()
        self.fields["sections"].choices = [(name, words[f"choice_{name}"]) for name in SECTIONS]

    def clean_questions(self) -> list[str]:
        """Return one question for each line."""
        return [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]


class LinkForm(forms.Form):
    """For whom a link is, and for how long."""

    label = forms.CharField(
        label=_("For whom"), required=False, max_length=80, widget=forms.TextInput(attrs={"class": "input"})
    )
    days = forms.TypedChoiceField(
        label=_("Open for"),
        choices=DAYS,
        coerce=int,
        initial=30,
        widget=forms.Select(attrs={"class": "input"}),
    )
