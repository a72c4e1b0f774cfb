from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "turs.desk.web"
    label = "web"
