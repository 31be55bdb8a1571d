"""Documents that are issued: drafted, approved by somebody else, frozen as data, kept in editions. Below every room."""
