"""What a browser sends -> files in an upload's folder, and the form that goes with them."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from learn import uploads
from learn.content import archives
from learn.content.document import ContentError
from learn.content.listing import SUFFIXES
from learn.models import Status, Upload
from learn.uploads import Sent


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"


class SentFile(UploadedFile):
    """A file that stands in the receiving folder already."""

    def __init__(self, sent: Sent, path: Path) -> None:
        super().__init__(name=sent.name, size=sent.size)
        self.sent, self.path = sent, path

    def close(self) -> None:
        """Nothing is open."""


class Receiver(FileUploadHandler):
    """Writes files where they stay, each under its own name, and counts what comes.

    `problem` says why the upload cannot be taken. The rest of it is read then and thrown away: a
    browser shows no answer as long as it sends.
    """

    def __init__(self, folder: Path, most: int) -> None:
        super().__init__()
        self.problem = ""
        self._folder, self._room = folder / "sent", most
        self._stream: IO[bytes] | None = None

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._digest = uploads.new_digest()
        if self.problem:
            return
        name = self.file_name or ""
        try:
            self._stream = (self._folder / name).open("xb")
        except FileExistsError:
            self.problem = f"Two files are named '{name}'."
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", "") or "its name cannot be one"
            self.problem = f"'{name[:80]}' cannot be stored: {reason}."

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._room -= len(raw_data)
        if self._room < 0 and not self.problem:
            self.problem = f"This is more than {megabytes(settings.UPLOAD_MAX_BYTES)}."
        if self._stream and not self.problem:
            self._digest.update(raw_data)
            try:
                self._stream.write(raw_data)
            except OSError as error:
                self.problem = f"The files cannot be stored: {error.strerror}."

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self._stream is None:
            return None
        self._close()
        if self.problem:
            return None
        sent = Sent(self.file_name or "", file_size, self._digest.hexdigest())
        return SentFile(sent, self._folder / sent.name)

    def upload_interrupted(self) -> None:
        self._close()

    def _close(self) -> None:
        """The last bytes may be the ones that find the disk full."""
        try:
            if self._stream:
                self._stream.close()
        except OSError as error:
            self.problem = self.problem or f"The files cannot be stored: {error.strerror}."
        self._stream = None


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadForm(forms.ModelForm):
    """An archive, or question files, and what shall become of them."""

    sent = forms.Field(
        label="Archive or question files",
        required=False,  # `clean_sent` says more than that the field is required
        widget=_FilesInput(attrs={"accept": ".zip,.tar,.gz,.tgz,.bz2,.xz,.md,.markdown"}),
    )

    class Meta:
        model = Upload
        fields = ("on_conflict", "status", "prune")
        labels = {
            "on_conflict": "A question that was edited here, and its file changed too",
            "status": "New questions are",
            "prune": "Archive questions whose file is not in the archive",
        }
        help_texts = {
            "prune": "Of the subjects that the archive has. More than a tenth of their questions"
            " only when you confirm it in the preview.",
        }
        widgets = {"on_conflict": forms.RadioSelect, "status": forms.RadioSelect}

    def __init__(self, *args: Any, problem: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._problem = problem
        for name, choices in (
            ("on_conflict", Upload.OnConflict.choices),
            ("status", [(Status.PUBLISHED, "Published"), (Status.DRAFT, "Drafts")]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # no empty one

    def clean_sent(self) -> list[SentFile]:
        """What was sent: one archive, or question files. `is_archive` tells which."""
        if self._problem:
            raise ValidationError(self._problem)
        sent: list[Any] = self.files.getlist("sent")
        if not sent:
            raise ValidationError("Choose an archive, or one or more question files.")
        self.is_archive = len(sent) == 1 and archives.is_archive(sent[0].path)
        if self.is_archive:
            _look_over(sent[0])
        else:
            _check_questions(sent)
        return sent

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("prune") and cleaned.get("sent") and not self.is_archive:
            self.add_error("prune", "Only an archive can tell which files are gone.")
        return cleaned


def _look_over(archive: SentFile) -> None:
    try:
        archives.look_over(archive.path, uploads.limits())
    except ContentError as error:
        raise ValidationError(f"{archive.name}: {error.message}.") from None


def _check_questions(files: list[SentFile]) -> None:
    """Each file is one question's: its name says so, and it is no archive."""
    for file in files:
        name = file.name or ""
        if archives.is_archive(file.path):
            raise ValidationError(f"{name}: send an archive alone, without other files.")
        if not name.lower().endswith(SUFFIXES):
            raise ValidationError(
                f"{name} is neither a zip or tar archive nor a question file (.md)."
            )
        if not file.size:
            raise ValidationError(f"{name} is empty.")
