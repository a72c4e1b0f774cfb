"""The invented «تحالف الدرع» / Shield Coalition: members, agencies, partners, logins, bodies and mandates.

States and organisations are invented; country codes are user-assigned ones (ISO 3166-1, XA to XZ). A login is named
by its function, never by a person. Roles are those of the field guide, section 6; types those of section 9.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Member:
    """A state (kind ``STATE``) or international organisation (``IO``)."""

    key: str
    kind: str
    name_ar: str
    name_en: str
    iso2: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """A member's ministry or centre. member: key of the member. type: after guide 9.2, or ``CELL``, ``SECRETARIAT``."""

    key: str
    member: str
    type: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A platform, media organisation, religious institution, centre or civil-society organisation."""

    key: str
    type: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Login:
    """A user by function. roles: guide section 6. languages: tag -> CEFR level. language: of the screens, ar or en."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    languages: Mapping[str, str]
    agency: str = ""
    partner: str = ""
    language: str = "ar"


@dataclass(frozen=True, slots=True)
class Body:
    """A working group, cell, board or task team with terms of reference and dates."""

    key: str
    kind: str
    name_ar: str
    name_en: str
    terms_ar: str
    terms_en: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """A role in a body, held by an agency or a partner for a time, on the strength of an instrument."""

    body: str
    role: str
    instrument_ar: str
    instrument_en: str
    valid_from: date
    valid_to: date | None = None
    agency: str = ""
    partner: str = ""


MEMBERS: Final[tuple[Member, ...]] = (
    Member("wahat", "STATE", "دولة الواحة", "State of Wahat", "XA"),
    Member("marsa", "STATE", "جمهورية المرسى", "Republic of Marsa", "XB"),
    Member("tilal", "STATE", "مملكة التلال", "Kingdom of Tilal", "XC"),
    Member("suhul", "STATE", "دولة السهول", "State of Suhul", "XD"),
    Member("northern-union", "IO", "اتحاد الشمال", "Northern Union"),
    Member("safe-passages", "IO", "منظمة الممرات الآمنة", "Safe Passages Organisation"),
)

AGENCIES: Final[tuple[Agency, ...]] = (
    Agency(
        "wahat-cell", "wahat", "CELL", "خلية الاتصال – وزارة الداخلية، الواحة", "Communications Cell – Interior, Wahat"
    ),
    Agency("wahat-fiu", "wahat", "FIU", "وحدة التحريات المالية، الواحة", "Financial Intelligence Unit, Wahat"),
    Agency("marsa-mfa", "marsa", "MFA", "وزارة الخارجية، المرسى", "Ministry of Foreign Affairs, Marsa"),
    Agency("marsa-moi", "marsa", "MOI", "وزارة الداخلية، المرسى", "Ministry of the Interior, Marsa"),
    Agency("tilal-ct", "tilal", "CT_POLICE", "شرطة مكافحة الإرهاب، التلال", "Counter-Terrorism Police, Tilal"),
    Agency("tilal-prosecution", "tilal", "PROSECUTION", "النيابة العامة، التلال", "Public Prosecution, Tilal"),
    Agency("tilal-religious", "tilal", "RELIGIOUS", "دار الإفتاء، التلال", "Religious Affairs, Tilal"),
    Agency("suhul-youth", "suhul", "YOUTH", "وزارة الشباب، السهول", "Ministry of Youth, Suhul"),
    Agency("union-hub", "northern-union", "SECRETARIAT", "مركز الرصد، اتحاد الشمال", "Monitoring Hub, Northern Union"),
    Agency(
        "passages-media", "safe-passages", "MEDIA", "مكتب الإعلام، منظمة الممرات الآمنة", "Media Office, Safe Passages"
    ),
)

PARTNERS: Final[tuple[Partner, ...]] = (
    Partner("saha-platform", "SOCIAL_MEDIA_CO", "منصة ساحة", "Saha Platform"),
    Partner("dhifaf-media", "MEDIA_ORG", "مؤسسة ضفاف الإعلامية", "Dhifaf Media"),
    Partner("wasat-council", "RELIGIOUS_INST", "مجمع الوسط الفقهي", "Wasat Council of Jurists"),
    Partner("sidra-centre", "CVE_CENTRE", "مركز السدرة لمكافحة التطرف", "Sidra Centre for Countering Extremism"),
    Partner("returns-cso", "CSO", "جمعية قصص العودة", "Stories of Return Association"),
)

_AR: Final = {"ar": "C2"}
_AR_EN: Final = {"ar": "C2", "en": "B2"}
_CELL: Final = "wahat-cell"

USERS: Final[tuple[Login, ...]] = (
    # The communications cell: a whole day's work, two people for every decision
    Login("cell-collector", "جامع محتوى – خلية الاتصال، الواحة", ("collector",), {"ar": "C2", "en": "B1"}, _CELL),
    Login("cell-analyst-1", "محلّل ١ – خلية الاتصال، الواحة", ("analyst",), _AR, _CELL),
    Login("cell-analyst-2", "محلّل ٢ – خلية الاتصال، الواحة", ("analyst",), {"ar": "C2", "en": "C1", "fr": "B2"}, _CELL),
    Login(
        "cell-analyst-en", "Analyst 3 – Communications Cell, Wahat", ("analyst",), {"en": "C2"}, _CELL, language="en"
    ),
    Login("cell-linguist", "لغوي – خلية الاتصال، الواحة", ("linguist",), {"ar": "C2", "fr": "C1"}, _CELL),
    Login("cell-legal", "مراجع قانوني – خلية الاتصال، الواحة", ("legal_reviewer",), {"ar": "C2", "en": "C1"}, _CELL),
    Login("cell-approver", "معتمِد – خلية الاتصال، الواحة", ("approver",), {"ar": "C2", "en": "B2", "fr": "B2"}, _CELL),
    Login("cell-referrals", "ضابط إحالات – خلية الاتصال، الواحة", ("referral_officer",), _AR_EN, _CELL),
    Login("cell-campaigns", "مدير حملات – خلية الاتصال، الواحة", ("campaign_manager",), _AR_EN, _CELL),
    Login("cell-messengers", "منسّق الرسل – خلية الاتصال، الواحة", ("messenger_coordinator",), _AR, _CELL),
    Login("cell-auditor", "مدقق رقابة – خلية الاتصال، الواحة", ("oversight_auditor",), _AR_EN, _CELL),
    Login("cell-admin", "مدير النظام – خلية الاتصال، الواحة", ("admin",), _AR_EN, _CELL),
    # Other agencies
    Login(
        "fiu-liaison",
        "ضابط اتصال مالي – وحدة التحريات المالية، الواحة",
        ("fiu_liaison", "collector"),
        _AR_EN,
        "wahat-fiu",
    ),
    Login(
        "mfa-board", "عضو المجلس الاستشاري – خارجية المرسى", ("advisory_board",), {"ar": "C2", "en": "C2"}, "marsa-mfa"
    ),
    Login(
        "mfa-collector",
        "Collector – Foreign Affairs, Marsa",
        ("collector",),
        {"en": "C2", "ar": "B1"},
        "marsa-mfa",
        language="en",
    ),
    Login("marsa-analyst", "محلّل – داخلية المرسى", ("analyst",), _AR_EN, "marsa-moi"),
    Login("marsa-approver", "معتمِد – داخلية المرسى", ("approver",), _AR_EN, "marsa-moi"),
    Login(
        "tilal-analyst",
        "محلّل – شرطة مكافحة الإرهاب، التلال",
        ("analyst", "collector"),
        {"ar": "C2", "fr": "C1", "en": "B2"},
        "tilal-ct",
    ),
    Login(
        "tilal-crisis",
        "قائد الأزمات – شرطة مكافحة الإرهاب، التلال",
        ("crisis_lead",),
        {"ar": "C2", "fr": "B2"},
        "tilal-ct",
    ),
    Login(
        "tilal-prosecutor",
        "مراجع قانوني – النيابة العامة، التلال",
        ("legal_reviewer", "collector"),
        {"ar": "C2", "fr": "C2"},
        "tilal-prosecution",
    ),
    Login(
        "tilal-ifta", "جامع محتوى – دار الإفتاء، التلال", ("collector",), {"ar": "C2", "fr": "B1"}, "tilal-religious"
    ),
    Login("suhul-youth", "جامع محتوى – وزارة الشباب، السهول", ("collector",), _AR, "suhul-youth"),
    Login(
        "hub-liaison",
        "Platform liaison – Monitoring Hub, Northern Union",
        ("platform_liaison",),
        {"en": "C2", "fr": "C1"},
        "union-hub",
        language="en",
    ),
    Login(
        "hub-evaluator",
        "Evaluator – Monitoring Hub, Northern Union",
        ("evaluator", "collector"),
        {"en": "C2"},
        "union-hub",
        language="en",
    ),
    Login(
        "hub-expert",
        "Expert reader – Monitoring Hub, Northern Union",
        ("expert_reader",),
        {"en": "C1", "ar": "C1"},
        "union-hub",
        language="en",
    ),
    Login("passages-reader", "قارئ – مكتب الإعلام، منظمة الممرات الآمنة", ("public_reader",), _AR, "passages-media"),
    # Partners
    Login("saha-trust", "فريق الثقة والسلامة – منصة ساحة", ("partner_platform",), _AR_EN, partner="saha-platform"),
    Login("dhifaf-desk", "غرفة التحرير – مؤسسة ضفاف", ("partner_media",), _AR, partner="dhifaf-media"),
    Login("returns-team", "فريق الإرشاد – جمعية قصص العودة", ("partner_cso",), _AR, partner="returns-cso"),
)
"""One login or more for every role; every agency that has content has somebody who may import it."""


def bodies(today: date) -> tuple[Body, ...]:
    """The coalition's bodies, with dates that fit a story ending on `today`."""

    def day(days: int) -> date:
        return today + timedelta(days=days)

    return (
        Body(
            "communications-group",
            "WORKING_GROUP",
            "مجموعة عمل الاتصال",
            "Communications Working Group",
            "تبادل الخبرات وتقييم الرسائل المضادة في حدود القانون، ونشر محضر مختصر بعد كل اجتماع.",
            "Exchange of experience, evaluation of counter-messages within the law; short minutes of each meeting.",
            day(-1400),
            day(700),
        ),
        Body(
            "shield-cell",
            "CELL",
            "خلية الاتصال المشتركة",
            "Joint Communications Cell",
            "رصد المحتوى المنشور للعموم وإحالته، ولا تُتابع الأشخاص.",
            "Monitoring and referral of public content; it does not follow persons.",
            day(-900),
            day(560),
        ),
        Body(
            "advisory-board",
            "ADVISORY_BOARD",
            "المجلس الاستشاري",
            "Advisory Board",
            "مراجعة الحملات والمخاطر وحقوق الإنسان، وأعضاؤه معلنون.",
            "Reviews campaigns, risks and human rights; its members are disclosed.",
            day(-800),
            day(290),
        ),
        Body(
            "wadi-task-team",
            "TASK_TEAM",
            "فريق مهمات وادي الرمل",
            "Wadi al-Raml Task Team",
            "متابعة انتقال قنوات الجبهة بعد معركة وادي الرمل.",
            "Follows the move of the front's channels after the battle of Wadi al-Raml.",
            day(-33),
            day(60),
        ),
    )


def mandates(today: date) -> tuple[Mandate, ...]:
    """Who holds which role in the bodies, with dates that fit a story ending on `today`; one has just expired."""

    def day(days: int) -> date:
        return today + timedelta(days=days)

    decision_ar, decision_en = "قرار الاجتماع الوزاري رقم {}", "Decision of ministerial meeting no. {}"
    return tuple(
        Mandate(
            body, role, decision_ar.format(number), decision_en.format(number), day(since), day(until), agency, partner
        )
        for body, role, number, since, until, agency, partner in (
            ("communications-group", "CO_CHAIR", 4, -400, 330, "wahat-cell", ""),
            ("communications-group", "CO_CHAIR", 4, -400, 330, "marsa-mfa", ""),
            ("communications-group", "CO_CHAIR", 5, -200, 530, "union-hub", ""),
            ("shield-cell", "SPOKESPERSON", 3, -380, -15, "tilal-religious", ""),
            ("shield-cell", "SPOKESPERSON", 6, -14, 351, "wahat-cell", ""),
            ("shield-cell", "FOCAL_POINT", 3, -600, 130, "tilal-ct", ""),
            ("shield-cell", "FOCAL_POINT", 3, -600, 130, "suhul-youth", ""),
            ("advisory-board", "BOARD_CHAIR", 2, -800, 290, "marsa-mfa", ""),
            ("advisory-board", "EXPERT", 5, -200, 165, "", "sidra-centre"),
            ("advisory-board", "EXPERT", 5, -200, 165, "", "wasat-council"),
            ("advisory-board", "EXPERT", 5, -200, 165, "", "returns-cso"),
            ("wadi-task-team", "FOCAL_POINT", 6, -33, 60, "wahat-cell", ""),
        )
    )
