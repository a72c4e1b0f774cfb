"""A small installation for browser tests, made through the services: ``python -m tests.browser.story``.

Run with ``TURS_HOME`` naming an empty folder. Two agencies of one member and a foreign one, people who read Arabic and
English on their screens, and a Telegram export with calls, copies, a picture, news and talk. All of it is invented.
"""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime, timedelta

PASSWORD = "a long enough phrase 7"
PEOPLE = {
    # username: (roles, agency, languages, language of the screens)
    "analyst-ar": (["analyst"], "cell", {"ar": "NATIVE", "en": "B1"}, "ar"),
    "second-ar": (["analyst"], "cell", {"ar": "NATIVE"}, "ar"),
    "analyst-en": (["analyst"], "cell", {"ar": "C1", "en": "NATIVE"}, "en"),
    "second-en": (["analyst"], "cell", {"ar": "C1", "en": "NATIVE"}, "en"),
    "legal-ar": (["legal_reviewer"], "cell", {"ar": "NATIVE"}, "ar"),
    "collector-en": (["collector"], "cell", {"en": "NATIVE"}, "en"),
    "foreign-ar": (["analyst"], "police", {"ar": "NATIVE"}, "ar"),
    "auditor-ar": (["oversight_auditor"], "cell", {}, "ar"),
    "admin-en": (["admin"], "cell", {}, "en"),
    "passkey-en": (["analyst"], "cell", {"en": "NATIVE"}, "en"),
}
PLACES = ("الساحل", "الواحة", "التلال", "الميناء", "السهل", "الوادي", "المرسى", "النخيل", "الجسر", "القلعة")
CALL = (
    "بيان من جبهة المثال في {place}: ندعو الشباب إلى الالتحاق بصفوفنا ونصرة إخوانهم، ومن استطاع فليتبرع عبر "
    "القناة الجديدة https://channel.example.org/{n}. نحن في جبهة المثال ماضون في طريقنا."
)
CALL_EN = (
    "Brothers of {place}, join the ranks of Example Front today. We in Example Front call on you to join us and to "
    "donate to our fighters at https://channel.example.org/{n}."
)
THREAT = "نحن جبهة المثال نحذر أهل البلدة: سنقتل كل من يتعاون معهم غدا، وسنحرق بيته."
FRENCH = "Frères, rejoignez les rangs du Front Exemple. Nous vous appelons à nous rejoindre et à faire un don."
NEWS = (
    "قالت الوزارة يوم الأحد إن اجتماع التحالف بحث سبل التصدي لدعاية جبهة المثال، ونقل المراسل عن منتقدين قولهم إن "
    "الخطة غير واضحة."
)


def texts() -> list[str]:
    """What the channel published, oldest first; the last calls are copies of the first."""
    calls = [CALL.format(place=place, n=n) for n, place in enumerate(PLACES)]
    english = [CALL_EN.format(place=place, n=n) for n, place in enumerate(("the coast", "the oasis", "the hills"))]
    return [*calls, *english, THREAT, FRENCH, NEWS, "الطقس جميل اليوم وسنذهب إلى البحر مع الأولاد.", *calls[:3]]


def picture() -> bytes:
    """A generated picture with enough in it to be recognised again."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (480, 320), "#d8d2c0")
    pen = ImageDraw.Draw(image)
    for step in range(12):
        pen.ellipse((step * 37, (step * 53) % 240, step * 37 + 90, (step * 53) % 240 + 90), fill=(20 * step, 90, 120))
    pen.rectangle((150, 110, 330, 210), outline="#0b6e69", width=9)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def export(now: datetime) -> bytes:
    """A Telegram Desktop export of one channel."""
    messages = []
    for number, text in enumerate(texts(), 1):
        at = now - timedelta(hours=9 * (len(texts()) - number) + 1)
        message = {
            "id": number, "type": "message", "date": at.strftime("%Y-%m-%dT%H:%M:%S"),
            "date_unixtime": str(int(at.timestamp())), "text": text, "text_entities": [],
        }  # fmt: skip
        if number in (1, 3):
            message |= {"photo": "photos/photo_1.png", "width": 480, "height": 320}
        messages.append(message)
    chat = {"name": "قناة المثال", "type": "public_channel", "id": 1001, "messages": messages}
    return json.dumps(chat, ensure_ascii=False).encode()


def build() -> None:
    """Make it all. The database must be migrated."""
    from turs.desk.coalition import services
    from turs.desk.coalition.models import Agency, Member
    from turs.desk.content import curation, intake

    put = services.put
    north = put(None, Member, "north", kind="STATE", name_ar="دولة المثال الشمالية", name_en="Example North")
    south = put(None, Member, "south", kind="STATE", name_ar="دولة المثال الجنوبية", name_en="Example South")
    agencies = {
        "cell": put(None, Agency, "cell", member=north, type="CELL", name_ar="خلية المثال", name_en="Example cell"),
        "police": put(
            None, Agency, "police", member=south, type="CT_POLICE", name_ar="شرطة المثال", name_en="Example police"
        ),
    }
    people = {}
    for username, (roles, agency, languages, screens) in PEOPLE.items():
        people[username] = services.add_user(
            None, username, password=PASSWORD, roles=roles, agency=agencies[agency], languages=languages,
            language=screens, display_name=username.replace("-", " "),
        )  # fmt: skip
    now = datetime.now(UTC)
    for username in ("analyst-ar", "foreign-ar"):
        files = [
            intake.Upload("export/result.json", [export(now)]),
            intake.Upload("export/photos/photo_1.png", [picture()]),
        ]
        work = intake.open_import(people[username], files, tlp="AMBER+STRICT", title="قناة المثال")
        done = intake.run(work.pk)
        if done.state != "done" or not done.added:
            raise SystemExit(f"the import of the browser tests failed: {done.error}")
    known = curation.add_bank(people["analyst-ar"], "بنك القصة", polarity="match", tlp="AMBER")
    curation.add_bank_entry(
        people["analyst-ar"], known, "near_text", CALL_EN, tier="promotional", label="story",
        reason="Part of the story.",
    )  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turs.desk.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    build()
    from turs.desk.coalition.models import Agency
    from turs.desk.content.models import Posting
    from turs.desk.review.models import Case

    foreign = Case.objects.filter(agency=Agency.objects.get(key="police")).first()
    pictured = Posting.objects.filter(agency__key="cell", attachments__isnull=False).first()
    json.dump(
        {"foreign_case": str(foreign.pk), "foreign_posting": str(foreign.lead_id), "pictured": str(pictured.pk)},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
