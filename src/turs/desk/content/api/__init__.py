"""Content over the API: one file a noun; here the routers of their operations, in the order of the chain."""

from . import banks, examining, imports, matching, postings, readers, sources, terms

collecting = (readers.router, sources.router, imports.router)
reading = (postings.router, examining.router)
curating = (banks.router, matching.router, terms.router)
