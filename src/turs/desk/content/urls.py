"""Addresses of content."""

from django.urls import URLPattern, URLResolver, path

from .views import banks, entries, example, imports, postings, sources, terms

urlpatterns: list[URLPattern | URLResolver] = [
    path("postings/", postings.postings, name="postings"),
    path("postings/<uuid:pk>/", postings.posting, name="posting"),
    path("postings/<uuid:pk>/evidence/", postings.raw, name="posting_evidence"),
    path("postings/<uuid:pk>/verify/", postings.verify, name="posting_verify"),
    path("postings/<uuid:pk>/media/<int:position>/", postings.media, name="posting_media"),
    path("postings/<uuid:pk>/media/<int:position>/reveal/", postings.reveal, name="posting_reveal"),
    # imports
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/columns/", imports.look_at_columns, name="import_columns"),
    path("imports/<uuid:pk>/", imports.show, name="import"),
    path("imports/<uuid:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:pk>/rejects/", imports.rejects, name="import_rejects"),
    path("imports/<uuid:pk>/again/", imports.again, name="import_again"),
    # sources
    path("sources/", sources.sources, name="sources"),
    path("sources/<uuid:pk>/", sources.source, name="source"),
    # what is known: banks and term lists
    path("banks/", banks.banks, name="banks"),
    path("banks/reexamine/", banks.reexamine, name="reexamine"),
    path("banks/reexamine/progress/", banks.reexamine_progress, name="reexamine_progress"),
    path("banks/quarantine/", entries.quarantine, name="quarantine"),
    path("banks/<uuid:pk>/", banks.bank, name="bank"),
    path("banks/<uuid:pk>/settings/", banks.settings, name="bank_settings"),
    path("banks/<uuid:pk>/import/", banks.bring_in, name="bank_import"),
    path("banks/<uuid:pk>/import/report/", banks.report, name="bank_report"),
    path("banks/<uuid:pk>/export/", banks.give_out, name="bank_export"),
    path("banks/<uuid:pk>/entries/<int:entry>/", entries.entry, name="bank_entry"),
    path("banks/<uuid:pk>/entries/<int:entry>/withdraw/", entries.withdraw, name="bank_withdraw"),
    path("banks/<uuid:pk>/entries/<int:entry>/hold/", entries.hold, name="bank_hold"),
    path("banks/<uuid:pk>/entries/<int:entry>/resume/", entries.resume, name="bank_resume"),
    path("banks/<uuid:pk>/entries/<int:entry>/release/", entries.release, name="bank_release"),
    path("banks/<uuid:pk>/entries/<int:entry>/change/", entries.change, name="bank_change"),
    path("banks/<uuid:pk>/entries/<int:entry>/opinion/", entries.opinion, name="bank_opinion"),
    path("known/", example.search, name="example"),
    path("known/keep/", example.keep, name="example_keep"),
    path("terms/", terms.terms, name="terms"),
    path("terms/<uuid:pk>/", terms.termlist, name="termlist"),
    path("terms/<uuid:pk>/entries/<int:term>/withdraw/", terms.withdraw, name="term_withdraw"),
]
