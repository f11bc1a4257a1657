"""QuickTakes Learn: the Django project around the `learn` app."""
