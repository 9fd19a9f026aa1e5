//! How does a form read that somebody has filled in?

/// The box of a form's field, with its tick or without.
pub(crate) fn tick_box(is_ticked: bool) -> &'static str {
    if is_ticked { "☑" } else { "☐" }
}
