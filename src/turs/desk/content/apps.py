from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "turs.desk.content"
    label = "content"
