"""Forms of the people room."""

from flask_wtf import FlaskForm

from wfsite.web.fields import EmailField, PasswordField


class SignInForm(FlaskForm):
    """Email and password."""

    email = EmailField()
    password = PasswordField("Password")


class ChangePasswordForm(FlaskForm):
    """The present password and a new one."""

    current_password = PasswordField("Current password")
    new_password = PasswordField("New password")


class SetPasswordForm(FlaskForm):
    """A first or forgotten password, from a link that an administrator gave."""

    password = PasswordField("New password")
