"""Who may reach which trial."""

from django.shortcuts import get_object_or_404

from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments.models import Trial


def own_trial(diary: Diary, trial_id: int) -> Trial:
    """Return a trial of this diary; 404 for any other."""
    return get_object_or_404(Trial, diary=diary, pk=trial_id)
