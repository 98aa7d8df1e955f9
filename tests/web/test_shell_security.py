"""Behind TLS nothing is left that Django's own check of a deployment would mend."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_check_of_a_deployment_is_silent_behind_tls(tmp_path: Path) -> None:
    environment = {
        # Without what the tests themselves need and a deployment must not have.
        **{name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")},
        "QUIETLEGS_DATA": str(tmp_path),
        "QUIETLEGS_TLS": "1",
        "DJANGO_SETTINGS_MODULE": "quietlegs.web.settings",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr
