from tests.certificates.conftest import seal, seal_files

__all__ = ["seal", "seal_files"]
