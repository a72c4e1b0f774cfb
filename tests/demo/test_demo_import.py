"""The readers import the whole story: every posting arrives, every broken record is refused with a reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from turs import collect
from turs.demo import Story, StoryFile
from turs.posting import Posting, Reject


def results(file: StoryFile) -> Iterator[Posting | Reject]:
    read = collect.read_folder if file.path.is_dir() else collect.read
    return read(file.path, reader=file.reader, options=file.options)


@pytest.fixture(scope="module")
def imported(story: Story) -> dict[str, list[Posting | Reject]]:
    return {file.path.relative_to(story.folder).as_posix(): list(results(file)) for file in story.files}


def test_every_file_gives_what_the_story_says(story: Story, imported: dict[str, list[Posting | Reject]]) -> None:
    for file in story.files:
        found = imported[file.path.relative_to(story.folder).as_posix()]
        postings = [item for item in found if isinstance(item, Posting)]
        assert (len(postings), len(found) - len(postings)) == (file.postings, file.rejects), file.path
        assert {posting.source for posting in postings} == set(file.sources), file.path


def test_the_readers_are_recognised_without_being_named(story: Story) -> None:
    for file in story.files:
        if file.path.is_file():
            found = collect.sniff(file.path)
            assert found is not None
            assert found.name == file.reader, file.path


def test_rejects_are_of_many_kinds(imported: dict[str, list[Posting | Reject]]) -> None:
    codes = Counter(item.code for found in imported.values() for item in found if isinstance(item, Reject))
    assert codes.keys() == {"no_text", "columns", "bad_json", "not_object", "bad_cue", "media_missing", "image_broken"}


def test_no_posting_is_read_twice(story: Story, imported: dict[str, list[Posting | Reject]]) -> None:
    ids = [item.id for found in imported.values() for item in found if isinstance(item, Posting)]
    assert len(set(ids)) == len(ids) == story.postings


def test_every_posting_is_found_in_the_truths(story: Story, imported: dict[str, list[Posting | Reject]]) -> None:
    rows = [json.loads(line) for line in story.truth.read_text("utf-8").splitlines()]
    known = {(row["source"], row["native_id"] or row["url"] or row["file"].rsplit("/", 1)[1]) for row in rows}
    by_url = {(row["source"], row["url"]): row for row in rows if row["url"]}
    assert len(known) >= len(rows) - sum(row["file"].startswith("content/broadcasts/") for row in rows)
    dated = 0
    for found in imported.values():
        for posting in found:
            if isinstance(posting, Posting) and posting.url and posting.published_at:
                row = by_url[posting.source, posting.url]
                assert posting.published_at.isoformat() == row["at"], posting.url
                assert posting.language in ("", row["language"]), posting.url
                dated += 1
    assert dated > 0.9 * story.postings


def test_a_page_is_read_without_its_menu_and_footer(imported: dict[str, list[Posting | Reject]]) -> None:
    for path, found in imported.items():
        if path.startswith("content/pages/"):
            for posting in found:
                assert isinstance(posting, Posting)
                assert posting.title
                assert not any(
                    word in posting.text for word in ("اتصل بنا", "جميع الحقوق", "All rights", "Tous droits", "Accueil")
                )


def test_pictures_of_channels_arrive_with_their_bytes(imported: dict[str, list[Posting | Reject]]) -> None:
    media = [
        item
        for path, found in imported.items()
        if path.startswith("content/channels/")
        for posting in found
        if isinstance(posting, Posting)
        for item in posting.media
    ]
    assert len(media) > 80
    assert all(item.kind == "image" and item.data and item.width and item.height for item in media)
