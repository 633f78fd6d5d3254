"""Set before the settings are read: tests keep everything they write in a folder of their own."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="candour-test-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["CANDOUR_VAR"] = _var
os.environ["CANDOUR_DEMO"] = "1"  # the clock may travel
os.environ.setdefault("CANDOUR_LOG_LEVEL", "ERROR")
