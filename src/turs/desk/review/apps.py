from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "turs.desk.review"
    label = "review"

    def ready(self) -> None:
        from . import services  # noqa: F401  (connects the queue to examined postings)
