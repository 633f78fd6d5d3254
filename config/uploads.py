"""Uploads stay in memory: nothing collected rests un-redacted, not even in a temporary file."""

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload


class MemoryOnlyUploadHandler(MemoryFileUploadHandler):
    """Keep an upload in memory whatever its size, and stop reading one that is over UPLOAD_MAX_BYTES.

    A stopped upload leaves no file in the request; the form says how large it may be.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            raise StopUpload(connection_reset=False)
        self.file.write(raw_data)
        return None
