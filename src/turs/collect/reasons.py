"""Why a file or record was not read, and what to do: every code with its sentences in Arabic and English."""

from __future__ import annotations

from typing import Final

from turs.collect import limits
from turs.text.pdf import WORDS as PDF_WORDS

_MIB = limits.MIB


def _pair(ar_reason: str, ar_remedy: str, en_reason: str, en_remedy: str) -> dict[str, dict[str, str]]:
    return {"ar": {"reason": ar_reason, "remedy": ar_remedy}, "en": {"reason": en_reason, "remedy": en_remedy}}


REASONS: Final[dict[str, dict[str, dict[str, str]]]] = {
    # The whole file
    "missing": _pair(
        "لا يوجد ملف بهذا الاسم، أو تعذّر فتحه.",
        "تحقّق من المسار ومن صلاحية القراءة، ثم أعد المحاولة.",
        "There is no file of this name, or it cannot be opened.",
        "Check the path and the permission to read it, then try again.",
    ),
    "empty": _pair(
        "الملف فارغ.",
        "أعد تنزيل الملف أو تصديره من مصدره.",
        "The file is empty.",
        "Download or export the file again from where it came.",
    ),
    "too_large": _pair(
        "الملف أكبر من الحد المسموح به لنوعه.",
        "قسّم الملف إلى أجزاء أصغر، أو صدّر مدة أقصر.",
        "The file is larger than the limit for its kind.",
        "Split it into smaller files, or export a shorter period.",
    ),
    "unknown_format": _pair(
        "لا يعرف أي قارئ هذا النوع من الملفات.",
        "حوّله إلى نوع مقروء: نص، أو صفحة HTML، أو خلاصة RSS أو Atom، أو CSV، أو JSON Lines، أو تصدير تيليغرام، "
        "أو SRT أو WebVTT، أو PDF، أو صورة JPEG أو PNG أو WebP أو GIF، أو فيديو MP4 أو WebM.",
        "No reader knows this kind of file.",
        "Turn it into one that is read: text, HTML page, RSS or Atom feed, CSV, JSON Lines, Telegram export, "
        "SRT or WebVTT, PDF, a JPEG, PNG, WebP or GIF image, or an MP4 or WebM video.",
    ),
    "unknown_reader": _pair(
        "لا يوجد قارئ بهذا الاسم.",
        "اختر قارئًا من القائمة، أو اترك الاختيار للبرنامج.",
        "There is no reader of this name.",
        "Choose a reader from the list, or let the software choose.",
    ),
    "bad_option": _pair(
        "أحد خيارات القراءة غير معروف أو قيمته غير صالحة.",
        "راجع خيارات هذا القارئ؛ التواريخ تُكتب بصيغة ISO 8601 مع المنطقة الزمنية، مثل 2026-03-01T18:00:00Z.",
        "A reading option is not known, or its value is not valid.",
        "See the options of this reader; write dates as ISO 8601 with the time zone, like 2026-03-01T18:00:00Z.",
    ),
    "binary": _pair(
        "محتوى الملف ثنائي وليس نصًا.",
        "تأكد من أن اللاحقة تطابق المحتوى، أو صدّر الملف نصًا بترميز UTF-8.",
        "The file holds binary data, not text.",
        "Make sure that the suffix fits the content, or export the file as UTF-8 text.",
    ),
    "encoding": _pair(
        "تعذّر تحديد ترميز النص.",
        "احفظ الملف بترميز UTF-8 ثم أعد المحاولة.",
        "The encoding of the text could not be found.",
        "Save the file as UTF-8 and try again.",
    ),
    "svg": _pair(
        "ملفات SVG وثائق قابلة للتنفيذ وليست صورًا، ولذلك لا تُقرأ.",
        "صدّر الرسم صورةً بصيغة PNG، واحتفظ بملف SVG خارج النظام إن لزم دليلًا.",
        "An SVG file is a document that can run scripts, not a picture, and is not read.",
        "Export the drawing as a PNG image; keep the SVG outside the system if it is needed as evidence.",
    ),
    "spreadsheet": _pair(
        "هذا مصنف جداول أو ملف مضغوط، ولا يُقرأ مباشرة.",
        "من برنامج الجداول اختر «حفظ باسم» ثم «CSV UTF-8»؛ وفكّ ضغط الأرشيف واستورد ملفاته.",
        "This is a spreadsheet workbook or an archive, and is not read as it stands.",
        "In the spreadsheet choose Save As, CSV UTF-8; unpack an archive and import its files.",
    ),
    "address_list": _pair(
        "هذا الملف قائمة عناوين (OPML أو خريطة موقع) ولا يحتوي على منشورات.",
        "اجمع الصفحات أو الخلاصات التي يشير إليها الملف واستوردها.",
        "This file is a list of addresses (OPML or a site map); it holds no publications.",
        "Collect the pages or feeds it points to, and import those.",
    ),
    "chat_export": _pair(
        "هذا تصدير محادثة خاصة (واتساب أو سيغنال)، وفيه كلام خاص وأسماء أشخاص.",
        "لا تُجمع المحادثات الخاصة هنا. يُجمع المحتوى المنشور للعموم فقط.",
        "This is an export of a private conversation (WhatsApp or Signal), with private talk and people's names.",
        "Private conversations are not collected here. Only content published to everybody is.",
    ),
    "not_public": _pair(
        "هذا التصدير ليس لقناة عامة، ولم يُذكر سند قانوني يجيز جمعه.",
        "اذكر مرجع الإذن القانوني المسجَّل في الخيار authority، أو استورد تصدير قناة عامة.",
        "This export is not of a public channel, and no lawful authority to collect it was given.",
        "Give the reference of the recorded lawful authority in the option «authority», or import a public channel.",
    ),
    "broken_json": _pair(
        "بنية JSON مقطوعة أو غير سليمة عند السطر والعمود المذكورين؛ قُرئ كل سجل كامل قبلهما، ولم يُقرأ ما بعدهما.",
        "أعد تصدير الملف أو تنزيله كاملًا ثم استورده: ما قُرئ من قبل لا يُضاف مرتين.",
        "The JSON breaks off or is malformed at the line and column given; every whole record before that place was "
        "read, nothing after it.",
        "Export or download the whole file again and import it: what was read already is not added twice.",
    ),
    "page_not_json": _pair(
        "اسم الملف يدل على JSON ومحتواه صفحة ويب؛ كثيرًا ما يعيد الموقع صفحة خطأ أو صفحة دخول بدل البيانات.",
        "أعد تنزيل البيانات. وإن كانت الصفحة نفسها هي المطلوبة فأعد تسميتها بلاحقة ‎.html.",
        "The file is named as JSON but holds a web page; a site often answers with an error or login page in place "
        "of the data.",
        "Download the data again. If the page itself is what you want, rename it to .html.",
    ),
    "broken_feed": _pair(
        "الملف ليس خلاصة RSS أو Atom أو JSON Feed سليمة.",
        "أعد تنزيل الخلاصة، وتحقّق من أن الموقع لم يُرجع صفحة خطأ بدلًا منها.",
        "The file is not a sound RSS, Atom or JSON feed.",
        "Download the feed again, and check that the site did not answer with an error page.",
    ),
    "broken_page": _pair(
        "تعذّر تحليل صفحة HTML.",
        "احفظ الصفحة من المتصفح مرة أخرى، صفحةً كاملة أو نصًا.",
        "The HTML page could not be parsed.",
        "Save the page from the browser again, as a complete page or as text.",
    ),
    "too_deep": _pair(
        "تداخل البنية أعمق من الحد المسموح به.",
        "هذا غير مألوف في الملفات السليمة: تحقّق من مصدر الملف، أو بسّط بنيته.",
        "The structure is nested deeper than the limit.",
        "Sound files are not like this: check where the file came from, or flatten it.",
    ),
    "no_columns": _pair(
        "لم يُعثر على عمود النص في هذا الجدول.",
        "سمِّ الأعمدة في الخيار map، مثل: text=المحتوى, url=الرابط.",
        "The column that holds the text was not found.",
        "Name the columns in the option «map», for example: text=Body, url=Address.",
    ),
    "no_records": _pair(
        "قُرئ الملف ولم يوجد فيه أي منشور.",
        "تحقّق من أن التصدير شمل المدة المطلوبة.",
        "The file was read, but it holds no publication.",
        "Check that the export covered the period you want.",
    ),
    "not_webvtt": _pair(
        "ملف WebVTT لا يبدأ بكلمة WEBVTT كما يوجب المعيار.",
        "أضف السطر WEBVTT في أوله، أو أعد تسميته إلى ‎.srt إن كان من ذلك النوع.",
        "A WebVTT file must begin with the word WEBVTT, and this one does not.",
        "Add the line WEBVTT at its beginning, or rename it to .srt if it is of that kind.",
    ),
    "no_cues": _pair(
        "لا يوجد في الملف أي مقطع بتوقيت سليم.",
        "تحقّق من أسطر التوقيت، مثل: 00:00:01,000 --> 00:00:04,000.",
        "The file holds no cue with sound times.",
        "Check the time lines, for example: 00:00:01,000 --> 00:00:04,000.",
    ),
    "image_kind": _pair(
        "هذا النوع من الصور أو الوسائط لا يُقرأ.",
        "حوّله إلى JPEG أو PNG أو WebP أو GIF، واحتفظ بالأصل.",
        "This kind of image or media is not read.",
        "Convert it to JPEG, PNG, WebP or GIF, and keep the original.",
    ),
    "image_broken": _pair(
        "الصورة تالفة أو مقطوعة ولا يمكن فك ترميزها كاملة.",
        "أعد تنزيل الصورة من مصدرها.",
        "The image is damaged or cut off and cannot be decoded whole.",
        "Download the image again from where it came.",
    ),
    "image_too_large": _pair(
        f"أبعاد الصورة تتجاوز {limits.IMAGE_PIXELS // 1_000_000} ميغابكسل.",
        "قد يكون الملف قنبلة ضغط: تحقّق من مصدره، أو صغّر الصورة واستورد النسخة المصغّرة.",
        f"The picture is larger than {limits.IMAGE_PIXELS // 1_000_000} megapixels.",
        "It may be a decompression bomb: check where it came from, or scale it down and import the smaller copy.",
    ),
    "video_kind": _pair(
        "الملف ليس فيديو من نوع يُقرأ، رغم اسمه.",
        "تحقّق من حقيقة الملف، أو حوّله إلى MP4 أو WebM واحتفظ بالأصل.",
        "The file is no video of a kind that is read, whatever its name says.",
        "Check what it really is, or convert it to MP4 or WebM and keep the original.",
    ),
    "video_broken": _pair(
        "الفيديو تالف أو مقطوع: لا فهرس فيه يدل على صوره.",
        "أعد تنزيل الفيديو من مصدره.",
        "The video is damaged or cut off: the index that leads to its frames is missing.",
        "Download the video again from where it came.",
    ),
    "video_no_picture": _pair(
        "لا صورة متحركة في الملف: فيه صوت فقط.",
        "فرّغ الكلام واستورد التفريغ بصيغة SRT أو WebVTT أو نصًا.",
        "The file has no moving picture, only sound.",
        "Write down what is said, and import the transcript as SRT, WebVTT or text.",
    ),
    "video_cut": _pair(
        "الفيديو مقطوع قبل نهايته؛ أُخذ منه ما بقي كما هو.",
        "أعد تنزيل الفيديو كاملًا من مصدره إن أمكن.",
        "The video breaks off before its end; what is left of it was taken as it is.",
        "If you can, download the whole video again from where it came.",
    ),
    "pdf_extra": _pair(
        "تحتاج قراءة PDF إلى جزء اختياري غير مثبَّت.",
        "ثبّته بالأمر: pip install 'turs[pdf]'",
        "Reading PDF needs an optional part that is not installed.",
        "Install it: pip install 'turs[pdf]'",
    ),
    "pdf_in_part": _pair(
        "لم تُقرأ الوثيقة كلها: فيها صفحات تالفة، أو هي أطول من الحد. أُخذ ما قُرئ، وحُفظ الملف كاملًا.",
        "قسّم الوثيقة إلى أجزاء واستوردها كلًا على حدة.",
        "The document was read in part: pages are damaged, or it is longer than the limit. What was read was taken, "
        "and the whole file is kept.",
        "Split the document, and import its parts one by one.",
    ),
    **{code: _pair(*words["ar"], *words["en"]) for code, words in PDF_WORDS.items()},
    "too_many_records": _pair(
        f"في الملف أكثر من {limits.RECORDS:,} سجل، ولم يُقرأ ما بعدها.",
        "قسّم الملف إلى أجزاء.",
        f"The file holds more than {limits.RECORDS:,} records; the rest was not read.",
        "Split the file.",
    ),
    "too_slow": _pair(
        "استغرقت قراءة الملف أطول من الحد المسموح به، ولم يُقرأ ما بقي منه.",
        "قسّم الملف، وتحقّق من مصدره.",
        "Reading the file took longer than the limit; the rest was not read.",
        "Split the file, and check where it came from.",
    ),
    "too_many_files": _pair(
        f"في المجلد أكثر من {limits.FOLDER_FILES:,} ملف، ولم يُقرأ ما بعدها.",
        "استورد المجلدات الفرعية كلًا على حدة.",
        f"The folder holds more than {limits.FOLDER_FILES:,} files; the rest was not read.",
        "Import its subfolders one by one.",
    ),
    # One record
    "record_too_long": _pair(
        "السجل أطول من الحد المسموح به.",
        "تحقّق من علامات الاقتباس ونهايات الأسطر، أو استورد هذا السجل ملفًا مستقلًا.",
        "The record is longer than the limit.",
        "Check the quotation marks and line ends, or import this record as a file of its own.",
    ),
    "record_encoding": _pair(
        "في السجل بايتات لا توافق ترميز الملف.",
        "احفظ الملف كله بترميز واحد، ويُفضَّل UTF-8.",
        "The record holds bytes that do not fit the encoding of the file.",
        "Save the whole file in one encoding, best UTF-8.",
    ),
    "no_text": _pair(
        "السجل بلا نص ولا وسائط مقروءة.",
        "إن كان المنشور صورةً أو مقطعًا فأعد التصدير مع الوسائط.",
        "The record has neither text nor readable media.",
        "If it was a picture or a clip, export again with media.",
    ),
    "bad_json": _pair(
        "السجل ليس JSON سليمًا عند السطر والعمود المذكورين.",
        "صحّح هذا الموضع أو أعد تصدير الملف.",
        "The record is not sound JSON at the line and column given.",
        "Mend that place, or export the file again.",
    ),
    "not_object": _pair(
        "السجل ليس كائن JSON ذا حقول.",
        "ينبغي أن يكون كل سجل كائنًا من أسماء وقيم.",
        "The record is not a JSON object with fields.",
        "Every record must be an object of names and values.",
    ),
    "columns": _pair(
        "عدد خانات السجل لا يطابق عدد أعمدة الجدول.",
        "تحقّق من الفواصل وعلامات الاقتباس في هذا السطر.",
        "The number of fields does not fit the columns of the table.",
        "Check the delimiters and quotation marks of this line.",
    ),
    "unclosed_quote": _pair(
        "علامة اقتباس فُتحت في هذا السطر ولم تُغلق.",
        "أغلق علامة الاقتباس، أو ضاعفها إن كانت جزءًا من النص.",
        "A quotation mark opened on this line is never closed.",
        "Close it, or double it if it is part of the text.",
    ),
    "bad_cue": _pair(
        "توقيت المقطع غير سليم.",
        "صحّح سطر التوقيت، مثل: 00:00:01,000 --> 00:00:04,000.",
        "The time line of this cue is not sound.",
        "Correct it, for example: 00:00:01,000 --> 00:00:04,000.",
    ),
    "bad_entry": _pair(
        "هذا السجل غير سليم ولا يمكن قراءته.",
        "صحّح السجل في مصدره أو أعد تصديره.",
        "This record is not sound and cannot be read.",
        "Correct it where it came from, or export it again.",
    ),
    "media_missing": _pair(
        "ملف الوسائط المذكور غير موجود بجانب التصدير.",
        "أعد التصدير مع الوسائط، واستورد المجلد كله.",
        "The media file named by the record is not beside the export.",
        "Export again with media, and import the whole folder.",
    ),
    "media_outside": _pair(
        "مسار ملف الوسائط يشير إلى خارج مجلد التصدير، فلم يُفتح.",
        "انقل الملف إلى داخل المجلد وصحّح المسار، وتحقّق من مصدر التصدير.",
        "The path of the media file leads outside the folder of the export; it was not opened.",
        "Put the file inside the folder and correct the path; check where the export came from.",
    ),
    "media_broken": _pair(
        "ملف الصورة المرفق تالف أو أكبر من الحد؛ حُفظت بصمته ولم يُعامل كصورة.",
        "أعد التصدير أو نزّل الصورة من مصدرها.",
        "The attached image is damaged or beyond the limits; its digest is kept, but it is not treated as a picture.",
        "Export again, or download the image from where it came.",
    ),
}
"""Reject code -> language -> ``reason`` and ``remedy``, complete sentences without the code."""
