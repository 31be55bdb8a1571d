"""CSV and XLSX in and out: bytes to rows and rows to bytes. Knows no feature and no Flask."""
