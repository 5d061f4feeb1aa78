"""Why a whole file is refused. What concerns one item of it is an `ImportProblem`."""

from conference.kernel.errors import InputRefused


class ImportRefused(InputRefused):
    code = "schedule_file_refused"


class EmptyFile(ImportRefused):
    code = "empty_file"


class FileTooLarge(ImportRefused):
    code = "file_too_large"
    http_status = 413


class UnknownFormat(ImportRefused):
    code = "unknown_format"


class MalformedFile(ImportRefused):
    code = "malformed_file"


class HostileFile(ImportRefused):
    """It declares entities, nests without end or says one thing twice: no honest file does."""

    code = "hostile_file"


class TooDeep(HostileFile):
    code = "too_deep"


class DuplicateKey(HostileFile):
    code = "duplicate_key"
