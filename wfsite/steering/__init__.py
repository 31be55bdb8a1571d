"""The workforce steering group: its annual plan and the workforce data that it watches."""
