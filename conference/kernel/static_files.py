"""Static files with a hash in the name, so that browsers may keep them for ever."""

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Their imports by relative path are rewritten to the hashed names. Files of other people are not
# read for imports: a type written in one of django-htmx's comments looks like one, and is missing.
OUR_SCRIPTS = (
    "conference/js/*.js",
    "schedule/js/*.js",
    "registration/js/*.js",
    "certificates/js/*.js",
)


BROTLI_QUALITY = 9  # 20 times quicker than the highest, for a twelfth more bytes


class QuickCompressor(Compressor):  # type: ignore[misc] # untyped
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        patterns_of_scripts = self._patterns.pop("*.js")
        self._patterns |= dict.fromkeys(OUR_SCRIPTS, patterns_of_scripts)

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
