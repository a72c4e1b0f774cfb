from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "turs.desk.content"
    label = "content"

    def ready(self) -> None:
        from . import sightings, signals

        signals.examined.connect(sightings.keep, dispatch_uid="sightings")
