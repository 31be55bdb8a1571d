"""Between HTTP and the features: access, transactions, parameters, pages, errors, headers. Knows no feature."""
