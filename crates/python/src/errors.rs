//! What went wrong, as the exceptions that Python has for it.
