"""The audit trail: one event per changed row, written in the transaction that changes it."""
