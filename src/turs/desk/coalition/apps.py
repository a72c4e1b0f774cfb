from django.apps import AppConfig


class CoalitionConfig(AppConfig):
    name = "turs.desk.coalition"
    label = "coalition"
