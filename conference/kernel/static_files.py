"""Static files with a hash in the name, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    # Modules import each other by relative path; those imports are rewritten too.
    support_js_module_import_aggregation = True
