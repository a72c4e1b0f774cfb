from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "turs.desk.ledger"
    label = "ledger"
