//! Everyday words for texts, states for status columns, and forms of companies.

/// Words to make texts of.
pub(crate) const WORDS: &[&str] = &[
    "account", "active", "agreed", "amber", "annual", "answer", "arrow", "autumn", "balance",
    "basket", "bright", "bridge", "broad", "button", "cabin", "candle", "canvas", "carbon",
    "careful", "castle", "cedar", "circle", "clear", "cloud", "coast", "copper", "corner",
    "cotton", "daily", "delta", "desert", "direct", "distant", "early", "eastern", "echo", "ember",
    "engine", "equal", "evening", "fabric", "famous", "field", "final", "flame", "forest", "fresh",
    "garden", "gentle", "glass", "golden", "grain", "granite", "harbor", "hidden", "hollow",
    "honest", "island", "ivory", "journey", "kernel", "ladder", "lantern", "large", "letter",
    "level", "light", "linen", "little", "local", "lunar", "magnet", "maple", "marble", "market",
    "meadow", "metal", "middle", "mirror", "modern", "morning", "mountain", "narrow", "native",
    "nature", "noble", "northern", "number", "ocean", "olive", "orange", "order", "paper",
    "pattern", "pebble", "pencil", "plain", "planet", "plastic", "pocket", "polar", "prairie",
    "quiet", "rapid", "record", "remote", "report", "ribbon", "river", "rough", "round", "rural",
    "sample", "scarlet", "season", "second", "shadow", "sharp", "shelter", "signal", "silent",
    "silver", "simple", "smooth", "solar", "southern", "spare", "spring", "stable", "steady",
    "stone", "storm", "summer", "sunny", "table", "thunder", "timber", "tunnel", "upper", "urban",
    "valley", "velvet", "village", "violet", "walnut", "warm", "water", "western", "whole",
    "willow", "window", "winter", "wooden", "yellow",
];

/// States, the common ones first.
pub(crate) const STATUSES: &[&str] =
    &["active", "pending", "completed", "inactive", "cancelled", "failed", "archived", "new"];

/// What follows the name in a company's name.
pub(crate) const COMPANY_FORMS: &[&str] =
    &[" Ltd", " Inc", " GmbH", " & Sons", " Group", " Partners", " Labs", " Holdings"];
