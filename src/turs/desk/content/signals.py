"""What content tells the rooms above it."""

from django.dispatch import Signal

examined = Signal()
"""Sent inside the transaction that wrote examinations: `agency`, `rows` = [(Posting, turs.examine.Examination)],
`again` = True where the postings had been examined before."""
