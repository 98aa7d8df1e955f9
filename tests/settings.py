"""The app's own settings, on a throw-away data folder: a test run never touches anybody's diary."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="quietlegs-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("QUIETLEGS_") and name != "QUIETLEGS_CHROMIUM"]:
    del os.environ[name]
os.environ["QUIETLEGS_DATA"] = _folder
# The browser's driver keeps an event loop in the worker that also runs tests of the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from quietlegs.web.settings import *  # noqa: E402, F403 - the folder must be named first

# Static files straight from the source: no copy has to be made before a test.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
