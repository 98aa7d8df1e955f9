"""What a person brings: a question, or a page as text or file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from quietlegs.exchange.article_text import MOST_FILE, MOST_TEXT

LONGEST_QUESTION = 500


class ArticleForm(forms.Form):
    """A page to check: pasted words, or a file."""

    text = forms.CharField(
        label=_("Words of the page"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "input", "aria-describedby": "text-hint"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.ClearableFileInput(
            attrs={"class": "input", "accept": ".txt,.md,.markdown,.html,.htm,.pdf,text/*,application/pdf"}
        ),
    )

    def clean_text(self) -> str:
        """Refuse a text that is too long to read."""
        text = str(self.cleaned_data.get("text") or "")
        if len(text) > MOST_TEXT:
            raise forms.ValidationError(
                _(
                    "This has %(n)s characters. The most we read is %(most)s. Give the part that you ask about."
                ),
                params={"n": f"{len(text):,}", "most": f"{MOST_TEXT:,}"},
            )
        return text

    def clean(self) -> dict[str, object]:
        """Ask for one of the two."""
        data = super().clean() or {}
        file = data.get("file")
        if not self.errors and not file and not str(data.get("text") or "").strip():
            raise forms.ValidationError(_("Paste the words of a page, or choose a file."))
        if file and file.size > MOST_FILE:
            self.add_error("file", _("This file is too large. The most we read is 20 MB."))
        return data
