"""Why a file or record was not taken or not written, and what to do: every code in Arabic and English."""

from __future__ import annotations

from typing import Final

from turs.formats import limits


def _pair(ar_reason: str, ar_remedy: str, en_reason: str, en_remedy: str) -> dict[str, dict[str, str]]:
    return {"ar": {"reason": ar_reason, "remedy": ar_remedy}, "en": {"reason": en_reason, "remedy": en_remedy}}


REASONS: Final[dict[str, dict[str, dict[str, str]]]] = {
    # The whole file
    "empty": _pair(
        "الملف فارغ.",
        "أعد تنزيل الملف أو تصديره من مصدره.",
        "The file is empty.",
        "Download or export the file again from where it came.",
    ),
    "too_large": _pair(
        "الملف أكبر من الحد المسموح به لنوعه.",
        "قسّم الملف إلى أجزاء أصغر.",
        "The file is larger than the limit for its kind.",
        "Split it into smaller files.",
    ),
    "too_many_records": _pair(
        f"في الملف أكثر من {limits.RECORDS:,} سجل، ولم يُقرأ ما بعدها.",
        "قسّم الملف إلى أجزاء.",
        f"The file holds more than {limits.RECORDS:,} records; the rest was not read.",
        "Split the file.",
    ),
    "too_deep": _pair(
        "تداخل البنية أعمق من الحد المسموح به.",
        "هذا غير مألوف في الملفات السليمة: تحقّق من مصدر الملف.",
        "The structure is nested deeper than the limit.",
        "Sound files are not like this: check where the file came from.",
    ),
    "unknown_format": _pair(
        "لم تتطابق بنية الملف مع أي صيغة تبادل معروفة.",
        "اختر الصيغة بنفسك، أو حوّل الملف إلى جدول CSV فيه عمودا kind وvalue.",
        "The file fits no known exchange format.",
        "Choose the format yourself, or turn the file into a CSV table with the columns kind and value.",
    ),
    "encoding": _pair(
        "ترميز الملف غير معروف أو فيه بايتات لا توافقه.",
        "احفظ الملف بترميز UTF-8 ثم أعد المحاولة.",
        "The encoding of the file is not known, or some bytes do not fit it.",
        "Save the file as UTF-8 and try again.",
    ),
    "encoding_guessed": _pair(
        "الملف ليس بترميز UTF-8، فقُرئ على أنه بترميز ويندوز العربي (1256).",
        "راجع النصوص العربية في النتيجة، واحفظ الملف بترميز UTF-8 في المرة القادمة.",
        "The file is not UTF-8 and was read as Windows Arabic (1256).",
        "Check the Arabic text of the result, and save the file as UTF-8 next time.",
    ),
    "bad_json": _pair(
        "بنية JSON غير سليمة أو مقطوعة.",
        "أعد تصدير الملف أو تنزيله كاملًا.",
        "The JSON is malformed or cut off.",
        "Export or download the whole file again.",
    ),
    "bad_xml": _pair(
        "بنية XML غير سليمة أو مقطوعة.",
        "أعد تنزيل الاستجابة كاملة.",
        "The XML is malformed or cut off.",
        "Download the whole answer again.",
    ),
    "xml_entities": _pair(
        "يعرّف ملف XML كيانات أو نوع وثيقة، وهذا منفذ للهجوم ولا تحتاج إليه هذه الصيغة، فلم يُقرأ.",
        "تحقّق من مصدر الملف، ثم احذف قسم DOCTYPE وأعد المحاولة.",
        "The XML declares a document type or entities: a way to attack, of no use in this format; it was not read.",
        "Check where the file came from, then remove the DOCTYPE part and try again.",
    ),
    "not_this_format": _pair(
        "محتوى الملف سليم لكنه ليس من هذه الصيغة.",
        "اختر صيغة أخرى، أو دع البرنامج يتعرف إليها.",
        "The file is sound but not of this format.",
        "Choose another format, or let the software recognise it.",
    ),
    "no_columns": _pair(
        "لم يُعثر على عمود البصمات في هذا الجدول.",
        "سمِّ العمودين kind وvalue في السطر الأول، أو سمِّ العمود باسم النوع: sha256 أو md5 أو pdq أو url.",
        "The column that holds the fingerprints was not found.",
        "Name the columns kind and value in the first line, or name the column by its kind: sha256, md5, pdq or url.",
    ),
    "misp_fragment": _pair(
        "هذا جزء من حدث MISP بلا الحقل info الذي يوجبه MISP، فلا يُعرف الحدث الذي ينتمي إليه.",
        "صدّر الحدث كاملًا من MISP («تنزيل بصيغة JSON»)، أو أضف الحقل info.",
        "This is a fragment of a MISP event without the field info that MISP requires; its event cannot be told.",
        "Export the whole event from MISP (Download as JSON), or add the field info.",
    ),
    "misp_manifest": _pair(
        "هذا فهرس لخلاصة MISP أو قائمة نتائج، وفيه أسماء الأحداث دون بصماتها.",
        "نزّل ملفات الأحداث التي يسردها (ملف ‎.json لكل حدث) واستوردها.",
        "This is the manifest of a MISP feed or a list of results: it names events but holds none of their attributes.",
        "Download the event files it lists (one .json for each event) and import those.",
    ),
    "no_entries": _pair(
        "الملف استجابة سليمة من هذه الواجهة، لكنه ليس قائمة بصمات.",
        "صدّر استجابة entries وليس status أو feedback أو members.",
        "The file is a sound answer of this interface, but not a list of fingerprints.",
        "Export the answer of entries, not of status, feedback or members.",
    ),
    # One record
    "kind": _pair(
        "نوع البصمة غير معروف.",
        "اكتب أحد الأنواع: sha256 أو md5 أو text أو near_text أو url أو pdq أو vpdq.",
        "The kind of fingerprint is not known.",
        "Write one of: sha256, md5, text, near_text, url, pdq, vpdq.",
    ),
    "no_kind": _pair(
        "لا يذكر السجل نوع البصمة، وطول القيمة وحده لا يكفي للتمييز بين SHA-256 وPDQ.",
        "أضف عمود kind، أو حدّد النوع عند القراءة.",
        "The record does not say its kind, and the length alone cannot tell SHA-256 from PDQ.",
        "Add a column kind, or name the kind when reading.",
    ),
    "no_value": _pair(
        "السجل بلا قيمة.",
        "أكمل القيمة في المصدر أو احذف السجل.",
        "The record has no value.",
        "Complete the value at the source, or leave the record out.",
    ),
    "bad_value": _pair(
        "القيمة لا توافق نوعها.",
        "صحّح القيمة: ‏64 رقمًا ست عشريًا لبصمات SHA-256 وPDQ والنص، و32 لبصمة MD5، وعنوان http أو https للرابط.",
        "The value does not fit its kind.",
        "Correct it: 64 hex digits for SHA-256, PDQ and text digests, 32 for MD5, an http(s) address for a link.",
    ),
    "value_too_long": _pair(
        "القيمة أطول من الحد المسموح به.",
        "اختر من النص المقطع المهم، أو قسّم المقطع المرئي.",
        "The value is longer than the limit.",
        "Give the passage that matters, or split the video.",
    ),
    "field_too_long": _pair(
        "في السجل حقل أطول من الحد المسموح به.",
        "اختصر الحقل في المصدر.",
        "A field of the record is longer than the limit.",
        "Shorten it at the source.",
    ),
    "bad_field": _pair(
        "في السجل حقل ليس من النوع المتوقع أو فيه محارف غير صالحة.",
        "صحّح الحقل في المصدر أو أعد تصديره.",
        "A field of the record is not of the expected type, or holds characters that are not valid.",
        "Correct the field at the source, or export it again.",
    ),
    "bad_record": _pair(
        "السجل ليس كائنًا ذا حقول.",
        "ينبغي أن يكون كل سجل كائنًا من أسماء وقيم.",
        "The record is not an object with fields.",
        "Every record must be an object of names and values.",
    ),
    "bad_line": _pair(
        "السطر لا يوافق بنية هذه الصيغة.",
        "صحّح السطر أو أعد تصديره.",
        "The line does not fit the shape of this format.",
        "Mend the line or export it again.",
    ),
    "quote": _pair(
        "علامات الاقتباس في هذا السطر لا تتطابق.",
        "أغلق علامة الاقتباس، أو ضاعفها إن كانت جزءًا من النص.",
        "The quotation marks of this line do not fit.",
        "Close the quotation mark, or double it if it is part of the text.",
    ),
    "columns": _pair(
        "عدد خانات السجل لا يطابق عدد أعمدة الجدول.",
        "تحقّق من الفواصل وعلامات الاقتباس في هذا السطر.",
        "The number of fields does not fit the columns of the table.",
        "Check the delimiters and quotation marks of this line.",
    ),
    "bad_date": _pair(
        "التاريخ غير مفهوم أو بلا منطقة زمنية.",
        "اكتب التاريخ بصيغة ISO 8601، مثل 2026-03-01T18:00:00Z.",
        "A date could not be understood, or has no time zone.",
        "Write dates as ISO 8601, like 2026-03-01T18:00:00Z.",
    ),
    "bad_tier": _pair(
        "درجة التنبيه غير معروفة.",
        "اكتب إحدى الدرجات: threat_to_life أو crisis أو designation أو promotional أو none.",
        "The tier is not known.",
        "Write one of: threat_to_life, crisis, designation, promotional, none.",
    ),
    "bad_tlp": _pair(
        "علامة TLP غير معروفة.",
        "اكتب إحدى علامات TLP 2.0:‏ CLEAR أو GREEN أو AMBER أو AMBER+STRICT أو RED.",
        "The TLP mark is not known.",
        "Write one of TLP 2.0: CLEAR, GREEN, AMBER, AMBER+STRICT, RED.",
    ),
    "bad_quality": _pair(
        "الجودة ليست عددًا بين 0 و100.",
        "صحّح العدد أو اترك الخانة فارغة.",
        "The quality is not a number from 0 to 100.",
        "Correct the number, or leave the field empty.",
    ),
    "bad_opinion": _pair(
        "الرأي غير مفهوم.",
        "اكتب agree أو disagree أو unsure مع اسم الجهة.",
        "An opinion could not be understood.",
        "Write agree, disagree or unsure, with the name of the organisation.",
    ),
    "bad_pattern": _pair(
        "نمط STIX غير سليم.",
        "صحّح النمط وفق معيار STIX 2.1، مثل: [file:hashes.'SHA-256' = '…'].",
        "The STIX pattern is not sound.",
        "Correct it after STIX 2.1, for example: [file:hashes.'SHA-256' = '…'].",
    ),
    "pattern_complex": _pair(
        "يشترط نمط STIX أكثر من بصمة واحدة (تتابعًا أو نفيًا أو خصائص أخرى)، والأخذ بالبصمة وحدها يوسّع معناه.",
        "اطلب من الجهة المرسلة نمطًا مستقلًا لكل بصمة.",
        "The STIX pattern asks for more than one fingerprint (a sequence, a negation, other properties); "
        "the fingerprint alone would widen its meaning.",
        "Ask the sender for one pattern for each fingerprint.",
    ),
    "bad_stix": _pair(
        "كائن STIX ينقصه حقل واجب أو معرّفه غير سليم.",
        "صحّح الكائن وفق معيار STIX 2.1 أو أعد تصديره.",
        "A STIX object lacks a required property, or its id is not sound.",
        "Correct the object after STIX 2.1, or export it again.",
    ),
    "tlp_unknown": _pair(
        "علامة TLP المذكورة ليست من TLP 2.0، فعومل السجل على أنه RED وهو الأضيق.",
        "اسأل الجهة المرسلة عن العلامة الصحيحة.",
        "The TLP mark is none of TLP 2.0; the record is treated as RED, the narrowest.",
        "Ask the sender for the right mark.",
    ),
    # Sound, but not a fingerprint of ours
    "other_kind": _pair(
        "السجل سليم، لكنه من نوع لا تحفظه البنوك (مثل SHA-1 أو PhotoDNA أو عنوان IP).",
        "لا يلزم شيء. إن أمكن فاطلب معه بصمة SHA-256 أو MD5 أو PDQ.",
        "The record is sound, but of a kind that banks do not hold (such as SHA-1, PhotoDNA or an IP address).",
        "Nothing to do. If you can, ask for SHA-256, MD5 or PDQ along with it.",
    ),
    "other_object": _pair(
        "كائنات سليمة لا تحمل بصمات (سياق أو علاقات أو وصف)، ولم تُستورد.",
        "لا يلزم شيء.",
        "Sound objects that carry no fingerprint (context, relations, descriptions); they were not imported.",
        "Nothing to do.",
    ),
    "not_detection": _pair(
        "السجل مقترح لم تقبله الجهة المالكة بعد، فلم يُستورد.",
        "انتظر قبول المقترح في مصدره.",
        "The record is a proposal that its owner has not accepted; it was not imported.",
        "Wait until it is accepted at its source.",
    ),
    "elsewhere": _pair(
        "البصمة كبيرة، والملف يذكر عنوانها فقط.",
        "نزّلها من واجهة المصدر إن احتجت إليها.",
        "The fingerprint is large, and the file gives only its address.",
        "Download it from the interface of the source if you need it.",
    ),
    "column_unused": _pair(
        "أعمدة لا يعرفها القارئ، ولم يُؤخذ ما فيها.",
        "إن كان فيها ما يلزم فأعد تسميتها بأحد الأسماء المعروفة.",
        "Columns that are not known; what they hold was not taken.",
        "If it matters, rename them to known names.",
    ),
    "duplicate": _pair(
        "تكرر السجل نفسه في الملف، فأُخذ مرة واحدة.",
        "لا يلزم شيء.",
        "The same record stands more than once in the file; it was taken once.",
        "Nothing to do.",
    ),
    # Writing
    "cannot_carry_kind": _pair(
        "لا تستطيع الصيغة المختارة حمل هذا النوع من البصمات.",
        "صدّر هذه البصمات بصيغة CSV أو JSON Lines.",
        "The chosen format cannot carry this kind of fingerprint.",
        "Export these as CSV or JSON Lines.",
    ),
    "cannot_carry_tombstone": _pair(
        "لا تستطيع الصيغة المختارة حمل سحب البصمة، ومن يستقبلها لن يعلم بالسحب.",
        "صدّر السحب بصيغة تحمله: CSV أو JSON Lines أو STIX أو MISP أو ThreatExchange.",
        "The chosen format cannot carry a withdrawal: who receives it would not learn of it.",
        "Export it in a format that can: CSV, JSON Lines, STIX, MISP or ThreatExchange.",
    ),
    "cannot_carry_line": _pair(
        "في النص سطر جديد، والصيغة المختارة تكتب كل بصمة في سطر واحد.",
        "صدّر هذه البصمة بصيغة CSV أو JSON Lines.",
        "The text has more than one line, and the chosen format writes each fingerprint on one.",
        "Export it as CSV or JSON Lines.",
    ),
}
"""Code -> language -> ``reason`` and ``remedy``."""
